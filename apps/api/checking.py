"""From what came in to records that can be trusted."""

from typing import Annotated, Any, TypeVar

from django.http import QueryDict
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from apps.api.errors import ContentInvalid, QueryInvalid
from apps.common.records import NO_CONTROLS, Record, problems_of

LARGEST_LIMIT = 200

Body = TypeVar("Body", bound=Record)
Wanted = TypeVar("Wanted", bound="Query")


def _whole_number(text: Any) -> int:
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 10):
        raise PydanticCustomError("int_parsing", "not a whole number")
    return int(text)


Limit = Annotated[
    int,
    BeforeValidator(_whole_number),
    Field(ge=1, le=LARGEST_LIMIT),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT}),
]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=NO_CONTROLS)]


class Query(BaseModel):
    """Base of query strings: an unknown parameter is refused, for a filter that is misspelt would return everything."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ListQuery(Query):
    """What every list takes."""

    limit: Limit = 50
    cursor: Cursor | None = None


def checked(record: type[Body], value: Any) -> Body:
    """Return the record that a body states. Raises ContentInvalid."""
    try:
        return record.model_validate(value)
    except ValidationError as wrong:
        raise ContentInvalid(problems_of(wrong)) from None


def checked_query(wanted: type[Wanted], parameters: QueryDict) -> Wanted:
    """Return what a query string asks for. Raises QueryInvalid."""
    given = {name: values[0] if len(values) == 1 else values for name, values in parameters.lists()}
    try:
        return wanted.model_validate(given)
    except ValidationError as wrong:
        raise QueryInvalid(problems_of(wrong)) from None
