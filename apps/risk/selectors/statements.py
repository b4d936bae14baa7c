"""Running the statement that gathers the facts. Intake is a hot path, so its SQL is written here, not composed."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec

from apps.common.cursors import recurring_cursor
from apps.refunds.models import Refund
from apps.risk.texts import bands_of

Row = TypeVar("Row")


@dataclass(frozen=True)
class Reading(Generic[Row]):
    """One kind of rows that hang on a refund.

    `query` selects them FOR one row `d` of the relation `asked` (place, at, then `_ASKED`); its columns are named
    as the fields of `row`. It may look into `fellows`, those of the refunds asked for whose money goes where that of
    another account goes, and at the parameters `client`, `refunds` (ids) and its own; a name that two readings use
    must mean the same.
    """

    query: str
    row: type[Row]
    parameters: Callable[[], Mapping[str, int]]


_ASKED = ("order_id", "account_id", "shop_id", "destination_id", "subject_id", "device_id", "ip", "bands")

# Everything hangs on LATERAL and LIMIT, which hold the planner to one look into an index after the other: it does not
# know how few rows come in, and would rather read whole tables.
_STATEMENT = """
WITH asked AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(asked)s::json) AS sent(
        place integer, at timestamptz, order_id bigint, account_id bigint, shop_id bigint, destination_id bigint,
        subject_id bigint, device_id text, ip inet, bands bigint[]
    )
), fellows AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(fellows)s::json) AS sent(at timestamptz, account_id bigint, destination_id bigint)
)
SELECT {columns} FROM asked d ORDER BY d.place
"""


def read(refunds: Sequence[Refund], *readings: Reading[Any]) -> list[list[list[Any]]]:
    """Return, for each reading, the rows of each refund, by one statement.

    The refunds are of one client, stored or not. Rows come as JSON: a thousand
    refunds bring tens of thousands, and JSON is read into them fastest.
    """
    parameters: dict[str, Any] = {
        "asked": _relation(refunds, *_ASKED),
        "fellows": _relation(_with_a_destination_in_common(refunds), "account_id", "destination_id"),
        "client": refunds[0].client_id,
        "refunds": [refund.pk for refund in refunds],
    }
    for reading in readings:
        parameters |= reading.parameters()
    with recurring_cursor() as cursor:
        cursor.execute(_statement(readings), parameters)
        answers = cursor.fetchall()
    decoders = [_decoder(reading) for reading in readings]
    return [[decoder.decode(texts[column]) for texts in answers] for column, decoder in enumerate(decoders)]


@cache
def _statement(readings: tuple[Reading[Any], ...]) -> str:
    rows = "coalesce((SELECT json_agg(found) FROM ({query}) found), '[]')::text"
    return _STATEMENT.format(columns=",\n".join(rows.format(query=reading.query) for reading in readings))


@cache
def _decoder(reading: Reading[Row]) -> msgspec.json.Decoder[list[Row]]:
    return msgspec.json.Decoder(list[reading.row])  # type: ignore[name-defined]  # the type is a value here


def _relation(refunds: Sequence[Refund], *names: str) -> str:
    """Return refunds as json_to_recordset reads them: `place` (from 0), `at` (the request), and the named columns."""
    rows = [
        {"place": place, "at": refund.requested_at, **{name: _value(refund, name) for name in names}}
        for place, refund in enumerate(refunds)
    ]
    return msgspec.json.encode(rows).decode()


def _value(refund: Refund, name: str) -> int | str | Sequence[int] | None:
    if name == "bands":
        return bands_of(refund.reason_text)
    value: int | str | None = getattr(refund.account if name == "subject_id" else refund, name)
    return value


def _with_a_destination_in_common(refunds: Sequence[Refund]) -> list[Refund]:
    """Return those that go where others of another account go as well: few, so that looking through them is quick."""
    accounts: defaultdict[int | None, set[int]] = defaultdict(set)
    for refund in refunds:
        accounts[refund.destination_id].add(refund.account_id)
    return [
        refund for refund in refunds if refund.destination_id is not None and len(accounts[refund.destination_id]) > 1
    ]
