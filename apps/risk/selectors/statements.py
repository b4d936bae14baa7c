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

    `query` selects them FOR one row `d` of the relation `asked` (place, at, then those of `_ASKED`); its columns are
    named as the fields of `row`. It may look into `fellows`, those of the refunds asked for whose money goes where
    that of another account goes, and at the parameters `client`, `refunds` (ids) and its own; a name that two
    readings use must mean the same. Where no refund has the column `needs` of `asked` there is nothing to find, and
    the query is left out: a statement costs by its length, whatever it finds.
    """

    query: str
    row: type[Row]
    parameters: Callable[[], Mapping[str, int]]
    needs: str = "order_id"


def _told(*values: str | None) -> list[str]:
    return sorted({value for value in values if value})


# The columns of `asked`, beside place and time.
_ASKED: dict[str, Callable[[Refund], int | list[str] | Sequence[int] | None]] = {
    "order_id": lambda refund: refund.order_id,
    "account_id": lambda refund: refund.account_id,
    "shop_id": lambda refund: refund.shop_id,
    "owner_id": lambda refund: refund.shop.owner_account_id,
    "destination_id": lambda refund: refund.destination_id,
    "subject_id": lambda refund: refund.account.subject_id,
    "devices": lambda refund: _told(refund.order.device_id, refund.device_id),
    "ips": lambda refund: _told(refund.order.ip and str(refund.order.ip), refund.ip and str(refund.ip)),
    "bands": lambda refund: bands_of(refund.reason_text),
}

# Everything hangs on LATERAL and LIMIT, which hold the planner to one look into an index after the other: it does not
# know how few rows come in, and would rather read whole tables.
_STATEMENT = """
WITH asked AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(asked)s::json) AS sent(
        place integer, at timestamptz, order_id bigint, account_id bigint, shop_id bigint, owner_id bigint,
        destination_id bigint, subject_id bigint, devices text[], ips inet[], bands bigint[]
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
    rows = [{name: value(refund) for name, value in _ASKED.items()} for refund in refunds]
    needed = tuple(reading for reading in readings if any(row[reading.needs] for row in rows))
    parameters: dict[str, Any] = {
        "asked": _relation(refunds, rows),
        "fellows": _fellows(refunds),
        "client": refunds[0].client_id,
        "refunds": [refund.pk for refund in refunds],
    }
    for reading in needed:
        parameters |= reading.parameters()
    with recurring_cursor() as cursor:
        cursor.execute(_statement(needed), parameters)
        answers = cursor.fetchall()
    found = {
        reading: [_decoder(reading).decode(texts[column]) for texts in answers] for column, reading in enumerate(needed)
    }
    return [found.get(reading) or [[] for _ in refunds] for reading in readings]


@cache
def _statement(readings: tuple[Reading[Any], ...]) -> str:
    rows = "coalesce((SELECT json_agg(found) FROM ({query}) found), '[]')::text"
    return _STATEMENT.format(columns=",\n".join(rows.format(query=reading.query) for reading in readings))


@cache
def _decoder(reading: Reading[Row]) -> msgspec.json.Decoder[list[Row]]:
    return msgspec.json.Decoder(list[reading.row])  # type: ignore[name-defined]  # the type is a value here


def _relation(refunds: Sequence[Refund], rows: Sequence[dict[str, Any]]) -> str:
    """Return rows of refunds as json_to_recordset reads them, with `place` (from 0) and `at` (the request)."""
    placed = [
        {"place": place, "at": refund.requested_at, **row}
        for place, (refund, row) in enumerate(zip(refunds, rows, strict=True))
    ]
    return msgspec.json.encode(placed).decode()


def _fellows(refunds: Sequence[Refund]) -> str:
    """Return those that go where others of another account go as well: few, so that looking through them is quick."""
    accounts: defaultdict[int | None, set[int]] = defaultdict(set)
    for refund in refunds:
        accounts[refund.destination_id].add(refund.account_id)
    fellows = [
        refund for refund in refunds if refund.destination_id is not None and len(accounts[refund.destination_id]) > 1
    ]
    return _relation(
        fellows, [{name: _ASKED[name](one) for name in ("account_id", "destination_id")} for one in fellows]
    )
