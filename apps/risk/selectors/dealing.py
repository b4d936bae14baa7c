"""How the buyer is tied to the owner of the shop."""

from collections.abc import Sequence

import msgspec

from apps.risk.facts import DealingFacts, Tie
from apps.risk.selectors.statements import Reading

# How many of the owner's newest orders are looked through for instruments and devices.
SAMPLE = 50

_QUERY = """
SELECT owner.external_id AS owner, CASE WHEN owner.id = d.account_id THEN ARRAY['owner'] ELSE ARRAY(
    SELECT DISTINCT f.kind FROM identity_verificationfactor f
    JOIN identity_verificationfactor g ON g.subject_id = owner.subject_id AND g.kind = f.kind
    WHERE f.subject_id = d.subject_id AND f.match_hash = g.match_hash AND f.match_hash <> ''::bytea
    UNION ALL
    SELECT 'destination' WHERE EXISTS (
        SELECT FROM marketplace_instrument n WHERE n.id = d.destination_id AND n.holder_account_id = owner.id
    )
    UNION ALL
    SELECT 'payer' WHERE EXISTS (
        SELECT FROM marketplace_payment p JOIN marketplace_instrument n ON n.id = p.instrument_id
        WHERE p.order_id = d.order_id AND (p.payer_account_id = owner.id OR n.holder_account_id = owner.id)
    )
    UNION ALL
    SELECT 'instrument' WHERE EXISTS (
        SELECT FROM (
            SELECT id FROM marketplace_order
            WHERE account_id = owner.id AND placed_at <= d.at ORDER BY placed_at DESC LIMIT %(owner_orders)s
        ) own
        JOIN marketplace_payment q ON q.order_id = own.id
        JOIN marketplace_payment p ON p.order_id = d.order_id AND p.instrument_id = q.instrument_id
    )
    UNION ALL
    SELECT 'device' WHERE EXISTS (
        SELECT FROM (
            SELECT device_id FROM marketplace_order
            WHERE account_id = owner.id AND placed_at <= d.at ORDER BY placed_at DESC LIMIT %(owner_orders)s
        ) own
        WHERE own.device_id = ANY (d.devices)
    )
) END AS ties
FROM (SELECT id, external_id, subject_id FROM marketplace_account WHERE id = d.owner_id LIMIT 1) owner
"""


class DealingRow(msgspec.Struct):
    """The shop's owner, and what the buyer has in common with them."""

    owner: str
    ties: list[str]


DEALING = Reading(_QUERY, DealingRow, lambda: {"owner_orders": SAMPLE}, needs="owner_id")


def dealing_of(rows: Sequence[DealingRow]) -> DealingFacts | None:
    """Return how buyer and owner are tied; None when nobody knows the owner."""
    if not rows:
        return None
    found = set(rows[0].ties)
    return DealingFacts(rows[0].owner, tuple(tie for tie in Tie if tie in found))
