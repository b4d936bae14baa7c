"""Instruments, many at once. What is left out or null about one stays as it was."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from apps.common.staging import Shape, Value, stage
from apps.marketplace.models import InstrumentType
from apps.marketplace.records import InstrumentRecord
from apps.marketplace.services.outcomes import InstrumentKey
from apps.marketplace.services.sent import told_last

_SHAPE = Shape(
    "arriving_instrument",
    (
        ("type", "text"),
        ("fingerprint", 'text COLLATE "C"'),
        ("last4", "text"),
        ("brand", "text"),
        ("holder_account_id", "bigint"),
    ),
)
_PRESENT = """
    SELECT type, fingerprint, id, last4, brand, holder_account_id FROM marketplace_instrument
    JOIN unnest(%(types)s::text[], %(fingerprints)s::text[]) AS sent(sent_type, sent_fingerprint)
        ON type = sent_type AND fingerprint = sent_fingerprint
    WHERE client_id = %(client_id)s
"""


def instrument_key(record: InstrumentRecord) -> InstrumentKey:
    """Return what the client knows the instrument by."""
    return record.type, record.fingerprint


def instruments_together(records: Iterable[InstrumentRecord]) -> dict[InstrumentKey, InstrumentRecord]:
    """Return one record per instrument, with the last that was told of each field."""
    together: dict[InstrumentKey, InstrumentRecord] = {}
    for record in records:
        key = instrument_key(record)
        earlier = together.get(key)
        together[key] = record if earlier is None or earlier == record else told_last(earlier, record)
    return together


def instruments_absorb(
    cursor: CursorWrapper,
    client_id: int,
    *,
    sent: Mapping[InstrumentKey, InstrumentRecord],
    accounts: Mapping[str, int],
) -> dict[InstrumentKey, int]:
    """Return the row ids of the instruments, writing those that are new or told otherwise."""
    if not sent:
        return {}
    present = _present(cursor, client_id, sent)
    ids = {key: row_id for key, (row_id, *_rest) in present.items()}
    rows = {key: _row(record, accounts) for key, record in sent.items()}
    news = [row for key, row in rows.items() if key not in present or _differs(row[2:], present[key][1:])]
    return ids | _upsert(cursor, client_id, news)


def _present(
    cursor: CursorWrapper, client_id: int, keys: Iterable[InstrumentKey]
) -> dict[InstrumentKey, tuple[Any, ...]]:
    types, fingerprints = zip(*keys, strict=True)
    cursor.execute(
        _PRESENT,
        {"client_id": client_id, "types": [str(kind) for kind in types], "fingerprints": list(fingerprints)},
    )
    return {(InstrumentType(kind), fingerprint): tuple(row) for kind, fingerprint, *row in cursor.fetchall()}


def _row(record: InstrumentRecord, accounts: Mapping[str, int]) -> tuple[Value, ...]:
    holder = accounts[record.holder_account_id] if record.holder_account_id else None
    return record.type.value, record.fingerprint, record.last4 or "", record.brand or "", holder


def _differs(told: tuple[Value, ...], present: tuple[Any, ...]) -> bool:
    return any(value not in ("", None, stored) for value, stored in zip(told, present, strict=True))


def _upsert(cursor: CursorWrapper, client_id: int, rows: list[tuple[Value, ...]]) -> dict[InstrumentKey, int]:
    if not rows:
        return {}
    staged = stage(cursor, _SHAPE, rows)
    cursor.execute(_upsert_statement(few=staged.few), {"client_id": client_id, **staged.parameters})
    return {(InstrumentType(kind), fingerprint): row_id for kind, fingerprint, row_id in cursor.fetchall()}


@cache
def _upsert_statement(*, few: bool) -> str:
    statement = sql.SQL("""
        INSERT INTO marketplace_instrument AS present
            (client_id, type, fingerprint, last4, brand, holder_account_id)
        SELECT %(client_id)s, type, fingerprint, last4, brand, holder_account_id FROM {sent}
        ORDER BY type, fingerprint
        ON CONFLICT (client_id, type, fingerprint) DO UPDATE SET
            last4 = COALESCE(NULLIF(EXCLUDED.last4, ''), present.last4),
            brand = COALESCE(NULLIF(EXCLUDED.brand, ''), present.brand),
            holder_account_id = COALESCE(EXCLUDED.holder_account_id, present.holder_account_id)
        RETURNING type, fingerprint, id
    """)
    return statement.format(sent=_SHAPE.relation(few=few)).as_string()
