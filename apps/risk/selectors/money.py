"""How the order was paid, where the refund shall go, and who else uses those instruments."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from apps.refunds.models import Refund
from apps.risk.counting import minutes_since
from apps.risk.facts import (
    LISTED,
    DestinationFacts,
    InstrumentKind,
    InstrumentRole,
    PaymentFacts,
    SharedInstrument,
)
from apps.risk.selectors.statements import rows_of

# How many payments with an instrument, and refunds to it, are looked through for other accounts.
SAMPLE = 200

# The subqueries with LIMIT come first, and accounts are named last: a card with a hundred thousand payments costs
# little more than one with SAMPLE.
_STATEMENT = """
WITH involved AS (
    SELECT 'paid' AS role, p.instrument_id, p.amount, p.paid_at, p.payer_account_id
    FROM marketplace_payment p WHERE p.order_id = %(order)s
    UNION ALL
    SELECT 'destination', %(destination)s::bigint, NULL, NULL, NULL WHERE %(destination)s::bigint IS NOT NULL
), instruments AS MATERIALIZED (
    SELECT DISTINCT instrument_id FROM involved
), others AS MATERIALIZED (
    SELECT i.instrument_id, count(*) AS accounts,
           (array_agg(used.account_id ORDER BY used.account_id))[1:%(listed)s] AS ids
    FROM instruments i
    CROSS JOIN LATERAL (
        SELECT o.account_id FROM (
            SELECT q.order_id FROM marketplace_payment q WHERE q.instrument_id = i.instrument_id LIMIT %(sample)s
        ) paid JOIN marketplace_order o ON o.id = paid.order_id AND o.placed_at <= %(at)s AND o.client_id = %(client)s
        UNION
        SELECT refunded.account_id FROM (
            SELECT r.account_id, r.requested_at, r.client_id
            FROM refunds_refund r WHERE r.destination_id = i.instrument_id LIMIT %(sample)s
        ) refunded WHERE refunded.requested_at <= %(at)s AND refunded.client_id = %(client)s
    ) used
    WHERE used.account_id <> %(account)s
    GROUP BY i.instrument_id
)
SELECT v.role, v.instrument_id, n.type, n.last4, v.amount, v.paid_at, payer.external_id, holder.external_id,
       coalesce(others.accounts, 0),
       ARRAY(SELECT u.external_id FROM marketplace_account u WHERE u.id = ANY (others.ids) ORDER BY u.external_id)
FROM involved v
JOIN marketplace_instrument n ON n.id = v.instrument_id
LEFT JOIN marketplace_account payer ON payer.id = v.payer_account_id
LEFT JOIN marketplace_account holder ON holder.id = n.holder_account_id
LEFT JOIN others ON others.instrument_id = v.instrument_id
"""


class _Row(NamedTuple):
    role: str
    instrument_id: int
    kind: str
    last4: str
    amount: int
    paid_at: datetime
    payer: str | None
    holder: str | None
    other_accounts: int
    other_ids: list[str]


@dataclass(frozen=True)
class Money:
    """The three parts that come from one statement."""

    payment: PaymentFacts
    destination: DestinationFacts | None
    shared: tuple[SharedInstrument, ...]


def money_of(refund: Refund) -> Money:
    """Read the order's payments and the destination."""
    parameters = {
        "order": refund.order_id,
        "destination": refund.destination_id,
        "account": refund.account_id,
        "client": refund.client_id,
        "at": refund.requested_at,
        "sample": SAMPLE,
        "listed": LISTED,
    }
    rows = [_Row(*row) for row in rows_of(_STATEMENT, parameters)]
    paid = [row for row in rows if row.role == InstrumentRole.PAID]
    destination = next((row for row in rows if row.role == InstrumentRole.DESTINATION), None)
    buyer = refund.account.external_id
    return Money(
        payment=_payment(paid, buyer, refund.requested_at),
        destination=_destination(destination, paid, buyer) if destination else None,
        shared=_shared(rows),
    )


def _payment(paid: list[_Row], buyer: str, at: datetime) -> PaymentFacts:
    by_kind: dict[InstrumentKind, int] = defaultdict(int)
    for row in paid:
        by_kind[InstrumentKind(row.kind)] += row.amount
    payers = {row.payer for row in paid if row.payer is not None}
    return PaymentFacts(
        minutes_since=minutes_since([row.paid_at for row in paid], at),
        total=sum(row.amount for row in paid),
        by_kind=dict(sorted(by_kind.items())),
        is_payer_known=bool(payers),
        other_payers=tuple(sorted(payers - {buyer}))[:LISTED],
    )


def _destination(destination: _Row, paid: list[_Row], buyer: str) -> DestinationFacts:
    sources = {row.instrument_id for row in paid}
    return DestinationFacts(
        kind=InstrumentKind(destination.kind),
        holder=destination.holder,
        is_holder_the_buyer=destination.holder == buyer if destination.holder is not None else None,
        is_source=destination.instrument_id in sources if sources else None,
    )


def _shared(rows: Iterable[_Row]) -> tuple[SharedInstrument, ...]:
    """One entry an instrument: money that goes back to where it came from has no second role."""
    shared: dict[int, SharedInstrument] = {}
    for row in sorted(rows, key=lambda row: (row.role != InstrumentRole.PAID, row.instrument_id)):
        if row.other_accounts and row.instrument_id not in shared:
            shared[row.instrument_id] = SharedInstrument(
                InstrumentRole(row.role),
                InstrumentKind(row.kind),
                row.last4,
                row.other_accounts,
                tuple(row.other_ids),
            )
    return tuple(shared.values())
