"""Reading what moved between the parties of a client. Set-wise; heavy work, never done at intake."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from apps.clients.models import ApiClient
from apps.rings.errors import RingUnknown
from apps.rings.hops import Hop
from apps.rings.models import Ring

_CHUNK = 20_000
# A shop whose owner is not known stands for itself, by its row id with the sign turned.
# Money paid for an order goes from who paid to who owns the shop. A refund moves money between people only
# where it goes to somebody else than who paid: back to the payer it undoes the payment and moves nothing.
_STATEMENT = """
SELECT extract(epoch FROM at)::bigint, source, target, amount, currency, record
FROM (
    SELECT t.at, t.from_account_id AS source, t.to_account_id AS target, t.amount, t.currency,
        'transfer:' || t.external_id AS record
    FROM marketplace_transfer t WHERE t.client_id = %(client)s
    UNION ALL
    SELECT p.paid_at, coalesce(p.payer_account_id, o.account_id), coalesce(s.owner_account_id, -s.id), p.amount,
        o.currency, 'order:' || o.external_id
    FROM marketplace_order o
    JOIN marketplace_payment p ON p.order_id = o.id
    JOIN marketplace_shop s ON s.id = o.shop_id
    WHERE o.client_id = %(client)s AND p.amount > 0
    UNION ALL
    SELECT r.requested_at, payer.id, holder.holder_account_id, coalesce(r.approved_amount, r.amount), r.currency,
        'refund:' || r.reference
    FROM refunds_refund r
    JOIN marketplace_instrument holder ON holder.id = r.destination_id AND holder.holder_account_id IS NOT NULL
    JOIN marketplace_order o ON o.id = r.order_id
    CROSS JOIN LATERAL (
        SELECT min(coalesce(p.payer_account_id, o.account_id)) AS id,
            bool_or(coalesce(p.payer_account_id, o.account_id) = holder.holder_account_id) AS is_paid_back
        FROM marketplace_payment p WHERE p.order_id = r.order_id
    ) payer
    WHERE r.client_id = %(client)s AND r.status NOT IN ('denied', 'withdrawn')
        AND payer.id IS NOT NULL AND NOT payer.is_paid_back
) moved
WHERE at >= %(since)s
"""


def hops_by_currency(client: ApiClient, *, since: datetime) -> dict[str, list[Hop]]:
    """Return all movements of a client since a moment; a circle is of one currency."""
    found: dict[str, list[Hop]] = {}
    for currency, hop in _moved(client, since):
        found.setdefault(currency, []).append(hop)
    return dict(sorted(found.items()))


def _moved(client: ApiClient, since: datetime) -> Iterator[tuple[str, Hop]]:
    # Named cursors read in blocks; they live in a transaction.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_STATEMENT, {"client": client.pk, "since": since})
        while rows := cursor.fetchmany(_CHUNK):
            for at, source, target, amount, currency, record in rows:
                yield currency, Hop(at, source, target, amount, record)


def ring_locked(ring_id: str) -> Ring:
    """Return a ring whose row nobody else changes until the transaction ends. Raises RingUnknown."""
    ring = Ring.objects.select_for_update().filter(pk=ring_id).first()
    if ring is None:
        raise RingUnknown
    return ring
