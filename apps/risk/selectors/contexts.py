"""Who else buys and asks for refunds from the same device or address."""

from collections.abc import Sequence

import msgspec

from apps.risk.facts import LISTED, SharedContext
from apps.risk.selectors.statements import Reading
from apps.risk.windows import DEVICE_DAYS, NETWORK_DAYS

# How many of the newest orders, and refunds, of a device or an address are looked through. Most addresses are shared by
# very many, so that each of these rows is read for most refunds.
DEVICE_SAMPLE, NETWORK_SAMPLE = 200, 60

# One row for the order's and one for the refund's, when they differ. `{told}` lets the planner use the partial index.
_QUERY = """
SELECT used.accounts, used.uses, ARRAY(
    SELECT a.external_id FROM marketplace_account a WHERE a.id = ANY (used.ids) ORDER BY a.external_id
) AS account_ids
FROM unnest(d.{values}) AS told(value)
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE by_account.account_id <> d.account_id) AS accounts, sum(by_account.uses) AS uses,
        (array_agg(by_account.account_id ORDER BY by_account.account_id)
            FILTER (WHERE by_account.account_id <> d.account_id))[1:%(listed)s] AS ids
    FROM (
        SELECT found.account_id, count(*) AS uses FROM (
            (SELECT account_id FROM marketplace_order
             WHERE client_id = %(client)s AND {column} = told.value AND {told}
               AND placed_at <= d.at AND placed_at > d.at - make_interval(days => %({days})s)
             ORDER BY placed_at DESC LIMIT %({most})s)
            UNION ALL
            (SELECT account_id FROM refunds_refund
             WHERE client_id = %(client)s AND {column} = told.value AND {told}
               AND requested_at <= d.at AND requested_at > d.at - make_interval(days => %({days})s)
             ORDER BY requested_at DESC LIMIT %({most})s)
        ) found
        GROUP BY found.account_id
    ) by_account
) used
"""


class ContextRow(msgspec.Struct):
    """One device or address, the other accounts there, and how many orders and refunds were looked through."""

    accounts: int
    uses: int | None
    account_ids: list[str]


DEVICES = Reading(
    _QUERY.format(values="devices", column="device_id", told="device_id <> ''", days="device_days", most="device_uses"),
    ContextRow,
    lambda: {"device_days": DEVICE_DAYS, "device_uses": DEVICE_SAMPLE, "listed": LISTED},
    needs="devices",
)
NETWORKS = Reading(
    _QUERY.format(values="ips", column="ip", told="ip IS NOT NULL", days="network_days", most="network_uses"),
    ContextRow,
    lambda: {"network_days": NETWORK_DAYS, "network_uses": NETWORK_SAMPLE, "listed": LISTED},
    needs="ips",
)


def context_of(rows: Sequence[ContextRow], *, sample: int) -> SharedContext | None:
    """Return the one that most others use; None when nothing was told."""
    if not rows:
        return None
    row = max(rows, key=lambda row: row.accounts)
    return SharedContext(row.accounts, tuple(row.account_ids), is_capped=(row.uses or 0) >= sample)
