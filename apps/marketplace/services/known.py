"""What is stored already of the rows that records name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from typing import TypeVar

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from apps.common.staging import are_few, text_array
from apps.marketplace.records import AccountRecord, ShopRecord, TransferRecord


@dataclass(frozen=True)
class Known:
    """A stored row: its id, and the digest of the record that it was last changed by."""

    row_id: int
    digest: bytes


KnownRows = Mapping[str, Known]
RecordWithId = TypeVar("RecordWithId", AccountRecord, ShopRecord, TransferRecord)


def news(kind: str, sent: Mapping[str, RecordWithId], known: KnownRows) -> dict[str, bytes]:
    """Return the digests of the records that say something else than the row was last changed by."""
    said = {name: record for name, record in sent.items() if len(record.model_fields_set) > 1}
    digests = {
        name: digest_of(kind, record.__pydantic_serializer__.to_json(record, exclude_unset=True))
        for name, record in said.items()
    }
    return {name: digest for name, digest in digests.items() if name not in known or known[name].digest != digest}


def digest_of(kind: str, said: bytes) -> bytes:
    """Return a keyed hash of what a record says.

    Keyed, because records hold phone and document numbers that could be
    guessed from a plain hash. BLAKE2 keeps the interpreter's lock for short
    texts, where HMAC would pass it on to another thread each time.
    """
    return blake2b(said, digest_size=32, key=_key(settings.MATCHING_KEY), person=kind.encode()).digest()


@cache
def _key(secret: str) -> bytes:
    return sha256(f"records {secret}".encode()).digest()


@dataclass(frozen=True)
class KnownOfAll:
    """Stored rows by external id, for each kind."""

    accounts: KnownRows
    shops: KnownRows
    orders: KnownRows
    transfers: KnownRows


def known_rows(
    cursor: CursorWrapper,
    client_id: int,
    *,
    accounts: Collection[str],
    shops: Collection[str],
    orders: Collection[str],
    transfers: Collection[str],
) -> KnownOfAll:
    """Look up rows of the four kinds by external id, in one statement and without locks."""
    if not are_few([*accounts, *shops, *orders, *transfers]):
        # By its estimate a look-up of many ids is worth parallel workers; starting them takes longer than it does.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
    cursor.execute(
        _KNOWN,
        {
            "client_id": client_id,
            "accounts": text_array(accounts),
            "shops": text_array(shops),
            "orders": text_array(orders),
            "transfers": text_array(transfers),
        },
    )
    found: tuple[dict[str, Known], ...] = ({}, {}, {}, {})
    for kind, external_id, row_id, digest in cursor.fetchall():
        found[kind][external_id] = Known(row_id, bytes(digest))
    return KnownOfAll(*found)


_KNOWN = """
    SELECT 0, external_id, id, digest FROM marketplace_account
    WHERE client_id = %(client_id)s AND external_id = ANY(%(accounts)s::text[])
    UNION ALL
    SELECT 1, external_id, id, digest FROM marketplace_shop
    WHERE client_id = %(client_id)s AND external_id = ANY(%(shops)s::text[])
    UNION ALL
    SELECT 2, external_id, id, digest FROM marketplace_order
    WHERE client_id = %(client_id)s AND external_id = ANY(%(orders)s::text[])
    UNION ALL
    SELECT 3, external_id, id, digest FROM marketplace_transfer
    WHERE client_id = %(client_id)s AND external_id = ANY(%(transfers)s::text[])
"""
