"""Who else claims nearly the same."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from apps.refunds.models import Refund
from apps.risk.facts import LISTED, ClaimFacts
from apps.risk.selectors.statements import Reading
from apps.risk.texts import COMPARED_LENGTH, bands_of, is_alike, shingles_of

DAYS = 90
# The newest claims of each band that are compared; a text that more accounts use is a template.
PER_BAND = 40

_QUERY = """
SELECT r.id AS refund_id, a.external_id AS account_id, left(r.reason_text, %(compared)s) AS text
FROM (
    SELECT DISTINCT same.refund_id, same.account_id
    FROM unnest(d.bands) AS wanted
    CROSS JOIN LATERAL (
        SELECT refund_id, account_id FROM risk_claimband
        WHERE client_id = %(client)s AND band = wanted
          AND requested_at <= d.at AND requested_at > d.at - make_interval(days => %(claim_days)s)
        ORDER BY requested_at DESC LIMIT %(per_band)s
    ) same
    WHERE same.account_id <> d.account_id
) c
CROSS JOIN LATERAL (SELECT id, reason_text FROM refunds_refund WHERE id = c.refund_id LIMIT 1) r
CROSS JOIN LATERAL (SELECT external_id FROM marketplace_account WHERE id = c.account_id LIMIT 1) a
"""


class ClaimRow(msgspec.Struct):
    """A claim that shares a band."""

    refund_id: str
    account_id: str
    text: str


CLAIMS = Reading(
    _QUERY,
    ClaimRow,
    lambda: {"claim_days": DAYS, "per_band": PER_BAND, "compared": 2 * COMPARED_LENGTH},
    needs="bands",
)


def claims_together(refunds: Sequence[Refund]) -> dict[int, list[Refund]]:
    """Return, by band, the refunds that come in together; none of a refund that comes in alone."""
    by_band: defaultdict[int, list[Refund]] = defaultdict(list)
    for refund in refunds if len(refunds) > 1 else ():
        for band in bands_of(refund.reason_text):
            by_band[band].append(refund)
    return by_band


def claim_of(refund: Refund, rows: list[ClaimRow], together: dict[int, list[Refund]]) -> ClaimFacts | None:
    """Compare the refund's claim with those that share a band; None when it is too short to compare."""
    shingles = shingles_of(refund.reason_text)
    if not shingles:
        return None
    alike = {
        row.refund_id: row.account_id
        for row in (*rows, *_beside(refund, together))
        if is_alike(shingles, shingles_of(row.text))
    }
    accounts = sorted(set(alike.values()))
    return ClaimFacts(
        days=DAYS,
        accounts=len(accounts),
        refund_ids=tuple(sorted(alike, reverse=True)[:LISTED]),
        account_ids=tuple(accounts[:LISTED]),
        is_capped=len(rows) >= PER_BAND,
    )


def _beside(refund: Refund, together: dict[int, list[Refund]]) -> list[ClaimRow]:
    bands = bands_of(refund.reason_text) if together else ()
    fellows = {id(fellow): fellow for band in bands for fellow in together[band][-PER_BAND:]}
    return [
        ClaimRow(one.pk, one.account.external_id, one.reason_text)
        for one in fellows.values()
        if one.account_id != refund.account_id and one.requested_at <= refund.requested_at
    ]
