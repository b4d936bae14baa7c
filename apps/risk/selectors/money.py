"""How the order was paid, where the refund shall go, and who else uses those instruments."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

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
from apps.risk.selectors.statements import Reading

# How many payments with an instrument, and refunds to it, are looked through for other accounts.
SAMPLE = 200

# A card with a hundred thousand payments costs little more than one with SAMPLE.
_QUERY = """
SELECT v.role, v.instrument_id, n.type AS kind, n.last4, v.amount, v.paid_at,
    (SELECT external_id FROM marketplace_account WHERE id = v.payer_account_id) AS payer,
    (SELECT external_id FROM marketplace_account WHERE id = n.holder_account_id) AS holder,
    others.accounts AS other_accounts,
    ARRAY(
        SELECT u.external_id FROM marketplace_account u WHERE u.id = ANY (others.ids) ORDER BY u.external_id
    ) AS other_ids
FROM (
    SELECT 'paid' AS role, p.instrument_id, p.amount, p.paid_at, p.payer_account_id
    FROM marketplace_payment p WHERE p.order_id = d.order_id
    UNION ALL
    SELECT CASE
            WHEN EXISTS (
                SELECT FROM marketplace_payment p
                WHERE p.order_id = d.order_id AND p.instrument_id = d.destination_id
            ) THEN 'source' ELSE 'destination'
        END, d.destination_id, NULL, NULL, NULL
    WHERE d.destination_id IS NOT NULL
) v
CROSS JOIN LATERAL (
    SELECT type, last4, holder_account_id FROM marketplace_instrument WHERE id = v.instrument_id LIMIT 1
) n
CROSS JOIN LATERAL (
    SELECT count(*) AS accounts, (array_agg(used.account_id ORDER BY used.account_id))[1:%(listed)s] AS ids
    FROM (
        SELECT o.account_id
        FROM (
            SELECT q.order_id FROM marketplace_payment q WHERE q.instrument_id = v.instrument_id LIMIT %(payments)s
        ) paid
        CROSS JOIN LATERAL (
            SELECT account_id, placed_at, client_id FROM marketplace_order WHERE id = paid.order_id LIMIT 1
        ) o
        WHERE o.placed_at <= d.at AND o.client_id = %(client)s
        UNION
        SELECT refunded.account_id
        FROM (
            SELECT r.account_id, r.requested_at, r.client_id
            FROM refunds_refund r WHERE r.destination_id = v.instrument_id LIMIT %(payments)s
        ) refunded
        WHERE refunded.requested_at <= d.at AND refunded.client_id = %(client)s
        UNION
        SELECT fellow.account_id FROM fellows fellow
        WHERE fellow.destination_id = v.instrument_id AND fellow.at <= d.at
    ) used
    WHERE used.account_id <> d.account_id AND v.role <> 'source'
) others
"""

# The destination is one of the instruments that paid: who else uses it stands with the payment.
_SOURCE = "source"


class MoneyRow(msgspec.Struct):
    """A payment of the order, or the destination, which has no amount."""

    role: str
    instrument_id: int
    kind: str
    last4: str
    amount: int | None
    paid_at: datetime | None
    payer: str | None
    holder: str | None
    other_accounts: int
    other_ids: list[str]


MONEY = Reading(_QUERY, MoneyRow, lambda: {"payments": SAMPLE, "listed": LISTED})


@dataclass(frozen=True)
class Money:
    """The three parts that come from one reading."""

    payment: PaymentFacts
    destination: DestinationFacts | None
    shared: tuple[SharedInstrument, ...]


def money_of(refund: Refund, rows: list[MoneyRow]) -> Money:
    """Weigh how the refund's order was paid, and where its money shall go."""
    paid = [row for row in rows if row.role == InstrumentRole.PAID]
    destination = next((row for row in rows if row.role != InstrumentRole.PAID), None)
    buyer = refund.account.external_id
    return Money(
        payment=_payment(paid, buyer, refund.requested_at),
        destination=_destination(destination, buyer, is_paid_with_known=bool(paid)) if destination else None,
        shared=_shared(rows),
    )


def _payment(paid: list[MoneyRow], buyer: str, at: datetime) -> PaymentFacts:
    by_kind: dict[InstrumentKind, int] = defaultdict(int)
    for row in paid:
        by_kind[InstrumentKind(row.kind)] += row.amount or 0
    payers = {row.payer for row in paid if row.payer is not None}
    return PaymentFacts(
        minutes_since=minutes_since([row.paid_at for row in paid if row.paid_at is not None], at),
        total=sum(row.amount or 0 for row in paid),
        by_kind=dict(sorted(by_kind.items())),
        is_payer_known=bool(payers),
        other_payers=tuple(sorted(payers - {buyer}))[:LISTED],
    )


def _destination(destination: MoneyRow, buyer: str, *, is_paid_with_known: bool) -> DestinationFacts:
    return DestinationFacts(
        kind=InstrumentKind(destination.kind),
        holder=destination.holder,
        is_holder_the_buyer=destination.holder == buyer if destination.holder is not None else None,
        is_source=destination.role == _SOURCE if is_paid_with_known else None,
    )


def _shared(rows: Iterable[MoneyRow]) -> tuple[SharedInstrument, ...]:
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
