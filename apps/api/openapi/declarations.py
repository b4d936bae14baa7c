"""What is declared of an operation, for nothing else knows it. The rest is read from the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from pydantic import BaseModel

from apps.api.checking import Query
from apps.api.openapi.tags import Tag
from apps.common.errors import Refusal

Words = str | Promise


class Header(Enum):
    """Headers of answers, by the name of their component."""

    ETAG = "ETag"
    LOCATION = "Location"
    LINK = "Link"
    IDEMPOTENT_REPLAYED = "Idempotent-Replayed"
    CONTENT_LANGUAGE = "Content-Language"


class Idempotency(Enum):
    """Whether an operation takes an Idempotency-Key."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class ListOf:
    """A page of documents of one kind."""

    item: Any


@dataclass(frozen=True)
class Onward:
    """A link: what of this answer another operation takes; values are runtime expressions."""

    operation: str
    parameters: Mapping[str, str]
    body: Mapping[str, str] | None = None
    description: Words = ""


@dataclass(frozen=True)
class Answer:
    """One way to succeed. `example` names a file of examples/."""

    status: int
    description: Words
    document: Any = None
    example: str = ""
    headers: tuple[Header, ...] = ()
    links: Mapping[str, Onward] | None = None


@dataclass(frozen=True)
class Body:
    """What is sent. `examples` name files; fields that the address tells may be left out.

    `items` says what the items of a list are that the record leaves to be read one by one.
    """

    record: type[BaseModel]
    examples: Mapping[str, Words]
    items: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    told_by_address: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True)
class LinesBody:
    """Newline-delimited JSON; each line is one of several records, told apart by `type`."""

    records: Mapping[str, type[BaseModel]]
    example: str


@dataclass(frozen=True)
class Operation:
    """One method of one view. `refusals` are those of its own, as examples; common ones are added."""

    identifier: str
    tag: Tag
    summary: Words
    description: Words
    answers: tuple[Answer, ...]
    body: Body | LinesBody | None = None
    query: type[Query] | None = None
    idempotency: Idempotency = Idempotency.NONE
    checks_version: bool = False
    is_public: bool = False
    refusals: tuple[type[Refusal], ...] = ()

    @property
    def is_read(self) -> bool:
        """Nothing changes by it."""
        return self.answers[0].status == 200 and self.body is None and self.idempotency is Idempotency.NONE
