"""What accounts share, and what they bought and asked back."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from apps.clients.models import ApiClient
from apps.marketplace.models import Shop
from apps.rings.blocks import Bought, Pair
from apps.rings.conduct import Conduct
from apps.rings.sharing import HUB, Identifier, IdentifierKind, Usage

# Minor units by currency: yen and fen have no sum.
Sums = dict[str, int]

_CHUNK = 20_000
# Values stay in the database: what comes back is who shares one. What more than HUB accounts have says nothing of any.
_IDENTIFIERS = """
WITH used AS (
    SELECT 'device' AS kind, o.device_id AS value, o.account_id AS account
    FROM marketplace_order o WHERE o.client_id = %(client)s AND o.device_id <> '' AND o.placed_at >= %(since)s
    UNION SELECT 'device', r.device_id, r.account_id
    FROM refunds_refund r WHERE r.client_id = %(client)s AND r.device_id <> '' AND r.requested_at >= %(since)s
    UNION SELECT 'ip', host(o.ip), o.account_id
    FROM marketplace_order o WHERE o.client_id = %(client)s AND o.ip IS NOT NULL AND o.placed_at >= %(since)s
    UNION SELECT 'instrument', p.instrument_id::text, o.account_id
    FROM marketplace_order o JOIN marketplace_payment p ON p.order_id = o.id
    WHERE o.client_id = %(client)s AND o.placed_at >= %(since)s
    UNION SELECT 'instrument', r.destination_id::text, r.account_id
    FROM refunds_refund r
    WHERE r.client_id = %(client)s AND r.destination_id IS NOT NULL AND r.requested_at >= %(since)s
    UNION SELECT 'instrument', i.id::text, i.holder_account_id
    FROM marketplace_instrument i WHERE i.client_id = %(client)s AND i.holder_account_id IS NOT NULL
    UNION SELECT 'phone', encode(s.phone_hash, 'hex'), a.id
    FROM marketplace_account a JOIN identity_subject s ON s.id = a.subject_id
    WHERE a.client_id = %(client)s AND s.phone_hash <> ''
    UNION SELECT f.kind, encode(f.match_hash, 'hex'), a.id
    FROM marketplace_account a JOIN identity_verificationfactor f ON f.subject_id = a.subject_id
    WHERE a.client_id = %(client)s AND f.match_hash <> ''
), by_value AS MATERIALIZED (
    SELECT kind, count(*) AS number, CASE WHEN count(*) BETWEEN 2 AND %(most)s
        THEN array_agg(account ORDER BY account) END AS accounts
    FROM used GROUP BY kind, value
)
SELECT kind, accounts, NULL AS values, NULL AS shared FROM by_value WHERE accounts IS NOT NULL
UNION ALL SELECT kind, NULL, count(*), count(*) FILTER (WHERE number > 1) FROM by_value GROUP BY kind
ORDER BY kind, accounts
"""
# What parents ask back of a child's purchases never counts as abuse; a person decides on each of these.
# Of each account the currency in which it paid most: sums of several would be no sums.
_CONDUCTS = """
SELECT DISTINCT ON (account_id) account_id, orders, paid, asked_back
FROM (
    SELECT o.account_id, o.currency, count(*) AS orders, sum(o.paid_amount)::bigint AS paid,
        coalesce(sum(asked.amount), 0)::bigint AS asked_back
    FROM marketplace_order o
    LEFT JOIN (
        SELECT r.order_id, sum(r.amount) AS amount FROM refunds_refund r
        WHERE r.client_id = %(client)s AND r.status <> 'withdrawn' AND r.reason_code <> 'minor_purchase'
        GROUP BY r.order_id
    ) asked ON asked.order_id = o.id
    WHERE o.client_id = %(client)s AND o.placed_at >= %(since)s
    GROUP BY o.account_id, o.currency
) by_currency
ORDER BY account_id, paid DESC, currency
"""
_PAIRS = """
SELECT o.account_id, o.shop_id, count(*) AS orders, count(asked.order_id) AS asked_back
FROM marketplace_order o
LEFT JOIN (
    SELECT DISTINCT r.order_id FROM refunds_refund r
    WHERE r.client_id = %(client)s AND r.status <> 'withdrawn' AND r.reason_code <> 'minor_purchase'
) asked ON asked.order_id = o.id
WHERE o.client_id = %(client)s AND o.placed_at >= %(since)s
GROUP BY o.account_id, o.shop_id
"""
_RETURNED = """
SELECT t.from_account_id, t.to_account_id, t.currency, sum(t.amount)::bigint
FROM marketplace_transfer t
WHERE t.client_id = %(client)s AND t.from_account_id = ANY(%(owners)s) AND t.at >= %(since)s
GROUP BY t.from_account_id, t.to_account_id, t.currency
"""
_TO_OWNER = """
SELECT r.shop_id, count(*)
FROM refunds_refund r
JOIN marketplace_shop s ON s.id = r.shop_id
JOIN marketplace_instrument i ON i.id = r.destination_id AND i.holder_account_id = s.owner_account_id
WHERE r.client_id = %(client)s AND r.status <> 'withdrawn' AND r.reason_code <> 'minor_purchase'
    AND r.account_id <> s.owner_account_id
    AND r.requested_at >= %(since)s
GROUP BY r.shop_id
"""
_PAID = """
SELECT o.account_id, o.shop_id, o.currency, sum(o.paid_amount)::bigint
FROM marketplace_order o
WHERE o.client_id = %(client)s AND o.shop_id = ANY(%(shops)s) AND o.placed_at >= %(since)s
GROUP BY o.account_id, o.shop_id, o.currency
"""


@dataclass(frozen=True)
class Sharing:
    """What at least two accounts of a client share, hubs left out, and how common sharing is by kind."""

    identifiers: list[Identifier]
    usage: dict[IdentifierKind, Usage]


def sharing_of(client: ApiClient, *, since: datetime) -> Sharing:
    """Return what accounts share."""
    found = Sharing([], {})
    for kind, accounts, values, shared in _rows(_IDENTIFIERS, client=client.pk, since=since, most=HUB):
        if accounts is not None:
            found.identifiers.append(Identifier(IdentifierKind(kind), frozenset(accounts)))
        else:
            found.usage[IdentifierKind(kind)] = Usage(values, shared)
    return found


def conducts(client: ApiClient, *, since: datetime) -> dict[int, Conduct]:
    """Return what each account that bought did."""
    return {account: Conduct(*figures) for account, *figures in _rows(_CONDUCTS, client=client.pk, since=since)}


def bought_by_pair(client: ApiClient, *, since: datetime) -> dict[Pair, Bought]:
    """Return orders, and those asked back, by account and shop."""
    rows = _rows(_PAIRS, client=client.pk, since=since)
    return {(account, shop): Bought(orders, asked_back) for account, shop, orders, asked_back in rows}


def owners_of_shops(client: ApiClient) -> dict[int, int]:
    """Return the owner of each shop of which it is known."""
    shops = Shop.objects.filter(client=client, owner_account__isnull=False).order_by("pk")
    return {shop: owner for shop, owner in shops.values_list("pk", "owner_account_id") if owner is not None}


def paid_by_pair(client: ApiClient, shops: Collection[int], *, since: datetime) -> dict[Pair, Sums]:
    """Return what each account paid in each of these shops."""
    return _sums(_rows(_PAID, client=client.pk, shops=sorted(shops), since=since))


def refunds_to_owners(client: ApiClient, *, since: datetime) -> dict[int, int]:
    """Return of each shop how many refunds of other people's orders went to its owner."""
    return dict(_rows(_TO_OWNER, client=client.pk, since=since))


def sent_by(client: ApiClient, owners: Collection[int], *, since: datetime) -> dict[Pair, Sums]:
    """Return what each of these accounts sent to each other one by transfers."""
    return _sums(_rows(_RETURNED, client=client.pk, owners=sorted(owners), since=since))


def _sums(rows: Iterable[tuple[Any, ...]]) -> dict[Pair, Sums]:
    found: dict[Pair, Sums] = {}
    for first, second, currency, amount in rows:
        found.setdefault((first, second), {})[currency] = amount
    return found


def _rows(statement: str, **parameters: Any) -> Iterator[tuple[Any, ...]]:
    # Named cursors read in blocks; they live in a transaction.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(_CHUNK):
            yield from rows
