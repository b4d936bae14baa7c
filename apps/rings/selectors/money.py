"""What moved between the parties of a client."""

from collections.abc import Iterator
from datetime import datetime

from django.db import connection, transaction

from apps.clients.models import ApiClient
from apps.rings.hops import Hop

_CHUNK = 20_000
# Money paid for an order goes from who paid to who owns the shop; where nobody knows the owner, or the owner pays
# nobody, it goes no further, and the search is spared it. A refund moves money between people only where it goes to
# somebody else than who paid: back to the payer it undoes the payment and moves nothing.
_STATEMENT = """
WITH paying_owner AS MATERIALIZED (
    SELECT s.id, s.owner_account_id AS owner FROM marketplace_shop s
    WHERE s.client_id = %(client)s AND (
        EXISTS (SELECT FROM marketplace_transfer t WHERE t.from_account_id = s.owner_account_id)
        OR EXISTS (SELECT FROM marketplace_order o WHERE o.account_id = s.owner_account_id)
        OR EXISTS (SELECT FROM marketplace_payment p WHERE p.payer_account_id = s.owner_account_id)
    )
)
SELECT extract(epoch FROM at)::bigint, source, target, amount, currency, record
FROM (
    SELECT t.at, t.from_account_id AS source, t.to_account_id AS target, t.amount, t.currency,
        'transfer:' || t.external_id AS record
    FROM marketplace_transfer t WHERE t.client_id = %(client)s
    UNION ALL
    SELECT p.paid_at, coalesce(p.payer_account_id, o.account_id), s.owner, p.amount,
        o.currency, 'order:' || o.external_id
    FROM marketplace_order o
    JOIN marketplace_payment p ON p.order_id = o.id
    JOIN paying_owner s ON s.id = o.shop_id
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
    WHERE r.client_id = %(client)s AND r.status NOT IN ('denied', 'withdrawn') AND r.reason_code <> 'minor_purchase'
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
