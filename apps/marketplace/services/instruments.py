"""Instruments, many at once. What is left out or null about one stays as it was."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from apps.common.staging import Shape, Value, are_few, copy_unless_met, reserve_ids, stage
from apps.marketplace.records import InstrumentRecord
from apps.marketplace.services.known import KnownInstruments
from apps.marketplace.services.outcomes import InstrumentKey

_TABLE = "marketplace_instrument"
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


class InstrumentTold(NamedTuple):
    """What is said of an instrument; an empty field says nothing."""

    type: str
    fingerprint: str
    last4: str | None
    brand: str | None
    holder_account_id: str | None


def instrument_key(record: InstrumentRecord) -> InstrumentKey:
    """Return what the client knows the instrument by."""
    return record.type.value, record.fingerprint


def instrument_told(record: InstrumentRecord) -> InstrumentTold:
    """Return what a record says."""
    return InstrumentTold(*instrument_key(record), record.last4, record.brand, record.holder_account_id)


def instruments_together(told: Iterable[InstrumentTold]) -> dict[InstrumentKey, InstrumentTold]:
    """Return each instrument once, with the last that was told of each field."""
    together: dict[InstrumentKey, InstrumentTold] = {}
    for one in told:
        key = one[:2]
        earlier = together.get(key)
        if earlier is None:
            together[key] = one
        elif earlier != one:
            together[key] = InstrumentTold._make(late or early for early, late in zip(earlier, one, strict=True))
    return together


def instruments_absorb(
    cursor: CursorWrapper,
    client_id: int,
    *,
    sent: Mapping[InstrumentKey, InstrumentTold],
    present: KnownInstruments,
    accounts: Mapping[str, int],
) -> dict[InstrumentKey, int]:
    """Return the row ids of the instruments, writing those that are new or told otherwise."""
    ids = {key: present[key].row_id for key in sent if key in present}
    rows = {key: _row(told, accounts) for key, told in sent.items()}
    fresh = sorted(row for key, row in rows.items() if key not in present)
    told_otherwise = [row for key, row in rows.items() if key in present and _differs(row[2:], present[key][1:])]
    copied = {} if are_few(fresh) else _copy(cursor, client_id, fresh)
    return ids | copied | _upsert(cursor, client_id, told_otherwise if copied else [*fresh, *told_otherwise])


def _row(told: InstrumentTold, accounts: Mapping[str, int]) -> tuple[Value, ...]:
    kind, fingerprint, last4, brand, holder_id = told
    return kind, fingerprint, last4 or "", brand or "", accounts[holder_id] if holder_id else None


def _differs(told: tuple[Value, ...], present: tuple[Any, ...]) -> bool:
    return told != present and any(value not in ("", None, stored) for value, stored in zip(told, present, strict=True))


def _copy(cursor: CursorWrapper, client_id: int, rows: list[tuple[Value, ...]]) -> dict[InstrumentKey, int]:
    """Insert all rows, or none when another stream brought one of them first."""
    ids = reserve_ids(cursor, _TABLE, len(rows))
    copied = ((row_id, client_id, *row) for row_id, row in zip(ids, rows, strict=True))
    if not copy_unless_met(cursor, _TABLE, ["id", "client_id", *_SHAPE.names], copied):
        return {}
    return {(str(row[0]), str(row[1])): row_id for row_id, row in zip(ids, rows, strict=True)}


def _upsert(cursor: CursorWrapper, client_id: int, rows: list[tuple[Value, ...]]) -> dict[InstrumentKey, int]:
    if not rows:
        return {}
    staged = stage(cursor, _SHAPE, rows)
    cursor.execute(_upsert_statement(few=staged.few), {"client_id": client_id, **staged.parameters})
    return {(kind, fingerprint): row_id for kind, fingerprint, row_id in cursor.fetchall()}


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
