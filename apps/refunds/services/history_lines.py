"""From a body of any length to records, line by line, holding no more than one line at a time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from apps.common.records import FieldProblem, Record, pointer_to, problems_of
from apps.marketplace.records import AccountRecord, OrderRecord, ShopRecord, TransferRecord
from apps.marketplace.services.order_rows import OrderRows, order_read
from apps.refunds.records import PastRefundRecord

LONGEST_LINE = 1_000_000
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

RECORDS: Mapping[str, type[Record]] = {
    "account": AccountRecord,
    "shop": ShopRecord,
    "order": OrderRecord,
    "transfer": TransferRecord,
    "refund": PastRefundRecord,
}


@dataclass(frozen=True)
class Line:
    """One line by its number, counted from 1, and its text; None for one that is too long to be held."""

    number: int
    text: bytes | None


@dataclass(frozen=True)
class Flaw:
    """Why a line cannot be read; told in the language of whoever asks."""

    code: str
    sentence: str | Promise
    path: tuple[int | str, ...] = ()

    def problem(self) -> FieldProblem:
        """Return it as a problem, in the active language."""
        return FieldProblem(pointer_to(self.path), self.code, str(self.sentence))


TOO_LONG = Flaw("line_too_long", _("The line is longer than 1,000,000 bytes."))
MALFORMED = Flaw("malformed", _("The line is not well-formed JSON in UTF-8."))
NOT_AN_OBJECT = Flaw("object_expected", _("The line must be an object."))
TYPE_MISSING = Flaw("required", _("Must be one of: account, shop, order, transfer, refund."), ("type",))
TYPE_UNKNOWN = Flaw("choice", _("Must be one of: account, shop, order, transfer, refund."), ("type",))
_REPEATED = _("This member occurs twice in its object.")


Reason = Flaw | ValidationError


class LineRefused(Exception):
    """The line says nothing that can be taken in."""

    def __init__(self, reason: Reason) -> None:
        super().__init__()
        self.reason = reason


def problems_of_line(reason: Reason) -> list[FieldProblem]:
    """Return everything wrong with a line, in the active language."""
    return [reason.problem()] if isinstance(reason, Flaw) else problems_of(reason)


def lines_of(body: Iterable[bytes]) -> Iterator[Line]:
    """Cut a body, which comes in pieces of any size, into lines; blank ones are counted and left out."""
    number, open_line, is_too_long = 1, bytearray(), False
    for piece in body:
        *ended, rest = piece.split(b"\n")
        for end in ended:
            text = bytes(open_line) + end if open_line else end
            if is_too_long or len(text) > LONGEST_LINE:
                yield Line(number, None)
            elif not text.isspace() and text:
                yield Line(number, text)
            number, is_too_long = number + 1, False
            open_line.clear()
        is_too_long = is_too_long or len(open_line) + len(rest) > LONGEST_LINE
        if is_too_long:
            open_line.clear()
        else:
            open_line += rest
    if is_too_long or open_line.strip():
        yield Line(number, None if is_too_long else bytes(open_line))


def told_by(line: Line) -> Record | OrderRows:
    """Return what the line tells: orders, the most of all lines, laid out where they can be. Raises LineRefused."""
    rows = None if line.text is None else order_read(line.text)
    return record_of(line) if rows is None else rows


def record_of(line: Line) -> Record:
    """Return what the line tells as a record. Raises LineRefused."""
    if line.text is None:
        raise LineRefused(TOO_LONG)
    members = _members(line.text.removeprefix(_BYTE_ORDER_MARK) if line.number == 1 else line.text)
    if "type" not in members:
        raise LineRefused(TYPE_MISSING)
    kind = members.pop("type")
    if not isinstance(kind, str) or kind not in RECORDS:
        raise LineRefused(TYPE_UNKNOWN)
    try:
        return RECORDS[kind].model_validate(members)
    except ValidationError as error:
        # Its traceback would lead back to everything that is being read.
        raise LineRefused(error.with_traceback(None)) from None


class _MemberRepeated(ValueError):
    """A name occurs twice in one object: readers differ on which one counts."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _MemberRepeated
    return members


def _not_a_number(literal: str) -> float:
    raise ValueError(literal)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_not_a_number)
# Objects as they stand in the text, for finding the member that occurs twice.
_LITERAL_DECODER = json.JSONDecoder(object_pairs_hook=tuple)


def _members(text: bytes) -> dict[str, Any]:
    try:
        value = _DECODER.decode(text.decode())
    except _MemberRepeated:
        path = _path_of_repeated(_LITERAL_DECODER.decode(text.decode()))
        raise LineRefused(Flaw("duplicate_member", _REPEATED, path or ())) from None
    except (ValueError, RecursionError):
        # No JSON, no UTF-8, NaN, a whole number of thousands of digits, or a depth that nothing here has.
        raise LineRefused(MALFORMED) from None
    if not isinstance(value, dict):
        raise LineRefused(NOT_AN_OBJECT)
    return value


def _path_of_repeated(value: Any) -> tuple[int | str, ...] | None:
    """Return where the first repeated member is; objects are tuples of pairs here, arrays are lists."""
    if isinstance(value, tuple):
        names = [name for name, _inner in value]
        for index, (name, inner) in enumerate(value):
            if name in names[:index]:
                return (name,)
            found = _path_of_repeated(inner)
            if found is not None:
                return (name, *found)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found = _path_of_repeated(inner)
            if found is not None:
                return (index, *found)
    return None
