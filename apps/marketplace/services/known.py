"""What is stored already of the rows that records name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.db.backends.utils import CursorWrapper

from apps.common.staging import are_few, text_array
from apps.marketplace.records import AccountRecord, ShopRecord, TransferRecord
from apps.marketplace.services.outcomes import InstrumentKey


@dataclass(frozen=True)
class Known:
    """A stored row: its id, and the digest of the record that it was last changed by."""

    row_id: int
    digest: bytes


class KnownInstrument(NamedTuple):
    """A stored instrument: its row id, and what is known of it."""

    row_id: int
    last4: str
    brand: str
    holder_account_id: int | None


KnownRows = Mapping[str, Known]
KnownInstruments = Mapping[InstrumentKey, KnownInstrument]
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
    instruments: KnownInstruments


def known_rows(
    cursor: CursorWrapper,
    client_id: int,
    *,
    accounts: Collection[str],
    shops: Collection[str],
    orders: Collection[str],
    transfers: Collection[str],
    instruments: Collection[InstrumentKey],
) -> KnownOfAll:
    """Look up rows by what the client knows them by, in one statement and without locks."""
    if not are_few([*accounts, *shops, *orders, *transfers, *instruments]):
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
            "types": text_array({kind for kind, _fingerprint in instruments}),
            "fingerprints": text_array([fingerprint for _kind, fingerprint in instruments]),
        },
    )
    found: tuple[dict[str, Known], ...] = ({}, {}, {}, {})
    of_instruments: dict[InstrumentKey, KnownInstrument] = {}
    for kind, name, row_id, digest, *instrument in cursor.fetchall():
        if kind < len(found):
            found[kind][name] = Known(row_id, bytes(digest))
        else:
            _add_instrument(of_instruments, name, row_id, *instrument)
    wanted = {key: of_instruments[key] for key in instruments if key in of_instruments}
    accounts_found, shops_found, orders_found, transfers_found = found
    return KnownOfAll(accounts_found, shops_found, orders_found, transfers_found, wanted)


def _add_instrument(known: dict[InstrumentKey, KnownInstrument], name: str, row_id: int, *told: Any) -> None:
    kind, last4, brand, holder_account_id = told
    known[kind, name] = KnownInstrument(row_id, last4, brand, holder_account_id)


# Types of instruments are few, so each fingerprint is looked up under all of them: for a join on pairs the whole
# table would be read.
_KNOWN = """
    SELECT 0, external_id, id, digest, NULL::text, NULL::text, NULL::text, NULL::bigint FROM marketplace_account
    WHERE client_id = %(client_id)s AND external_id = ANY(%(accounts)s::text[])
    UNION ALL
    SELECT 1, external_id, id, digest, NULL, NULL, NULL, NULL FROM marketplace_shop
    WHERE client_id = %(client_id)s AND external_id = ANY(%(shops)s::text[])
    UNION ALL
    SELECT 2, external_id, id, digest, NULL, NULL, NULL, NULL FROM marketplace_order
    WHERE client_id = %(client_id)s AND external_id = ANY(%(orders)s::text[])
    UNION ALL
    SELECT 3, external_id, id, digest, NULL, NULL, NULL, NULL FROM marketplace_transfer
    WHERE client_id = %(client_id)s AND external_id = ANY(%(transfers)s::text[])
    UNION ALL
    SELECT 4, fingerprint, id, NULL, type, last4, brand, holder_account_id FROM marketplace_instrument
    WHERE client_id = %(client_id)s
    AND type = ANY(%(types)s::text[]) AND fingerprint = ANY(%(fingerprints)s::text[])
"""
