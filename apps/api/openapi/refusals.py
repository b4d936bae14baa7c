"""Which problems an operation may answer with, by status."""

from functools import partial

from apps.api.body_errors import (
    BodyEncodingUnknown,
    BodyIncomplete,
    BodyNotParsed,
    BodyTooLarge,
    BodyTypeUnknown,
    MemberRepeated,
    NestedTooDeep,
    NumberOutOfRange,
    ObjectCrowded,
    TextUnstorable,
)
from apps.api.errors import (
    AddressUnknown,
    AnswerTypeUnknown,
    ContentInvalid,
    CredentialsInvalid,
    CredentialsMissing,
    HostUnknown,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    MethodUnknown,
    NetworkNotAllowed,
    QueryInvalid,
    QuotaExceeded,
    RequestInFlight,
    RequestUnreadable,
    ScopeMissing,
    TemporarilyUnavailable,
    TooManyWrongKeys,
    Unexpected,
)
from apps.api.openapi.components import Components, Schema
from apps.api.openapi.declarations import Body, Idempotency, LinesBody, Operation
from apps.api.openapi.documents import document_schema
from apps.api.openapi.headers import answered
from apps.api.problem_types import CATALOGUE, ProblemType
from apps.api.problems import MEDIA_TYPE, ProblemDocument, problem_document, status_of
from apps.common.errors import Refusal
from apps.common.keysets import CursorUnreadable
from apps.refunds.errors import VersionStale

_EVERY = (
    AddressUnknown,
    AnswerTypeUnknown,
    HostUnknown,
    MethodUnknown,
    RequestUnreadable,
    TemporarilyUnavailable,
    Unexpected,
)
_KEY = (
    CredentialsMissing,
    CredentialsInvalid,
    NetworkNotAllowed,
    QuotaExceeded,
    ScopeMissing,
    TooManyWrongKeys,
)
_STREAM = (BodyEncodingUnknown, BodyIncomplete, BodyTypeUnknown)
_BODY = (
    *_STREAM,
    BodyNotParsed,
    BodyTooLarge,
    ContentInvalid,
    MemberRepeated,
    NestedTooDeep,
    NumberOutOfRange,
    TextUnstorable,
    ObjectCrowded,
)
_HEADERS = {401: ["WWW-Authenticate"], 405: ["Allow"], 429: ["Retry-After"], 503: ["Retry-After"]}


def refusals_of(operation: Operation) -> list[type[Refusal]]:
    """Return what the operation may be turned down for, its own reasons first."""
    return [
        *operation.refusals,
        *_EVERY,
        *(() if operation.is_public else _KEY),
        *_of_body(operation),
        *_of_query(operation),
        *_of_idempotency(operation),
        *((VersionStale,) if operation.checks_version else ()),
    ]


def _of_body(operation: Operation) -> tuple[type[Refusal], ...]:
    match operation.body:
        case Body():
            return _BODY
        case LinesBody():
            return _STREAM
    return ()


def _of_query(operation: Operation) -> tuple[type[Refusal], ...]:
    if operation.query is None:
        return ()
    return (QueryInvalid, CursorUnreadable) if "cursor" in operation.query.model_fields else (QueryInvalid,)


def _of_idempotency(operation: Operation) -> tuple[type[Refusal], ...]:
    common = (IdempotencyKeyMalformed, IdempotencyKeyReused, RequestInFlight)
    match operation.idempotency:
        case Idempotency.REQUIRED:
            return (*common, IdempotencyKeyMissing)
        case Idempotency.OPTIONAL:
            return common
    return ()


def problem_answers(operation: Operation, components: Components) -> dict[str, Schema]:
    """Return the answers of an operation that are problems, by status."""
    by_status: dict[int, list[ProblemType]] = {}
    for refusal in dict.fromkeys(refusals_of(operation)):
        entry = CATALOGUE[refusal.code]
        by_status.setdefault(status_of(entry.example), []).append(entry)
    return {str(status): _answer(status, entries, components) for status, entries in sorted(by_status.items())}


def _answer(status: int, entries: list[ProblemType], components: Components) -> Schema:
    examples = {entry.code: components.example(f"problem_{entry.code}", partial(_example, entry)) for entry in entries}
    names = ["Content-Language", *_HEADERS.get(status, [])]
    return {
        "description": " · ".join(str(entry.example.title) for entry in entries),
        "headers": answered(names, components),
        "content": {MEDIA_TYPE: {"schema": document_schema(ProblemDocument, components), "examples": examples}},
    }


def example_document(entry: ProblemType) -> ProblemDocument:
    """Return a problem of this kind as an answer would have it, in the active language."""
    document = problem_document(entry.example)
    document["instance"] = "/api/v1/refunds"
    document["request_id"] = "req_01kam6s0xj4t2c8v5qwz3n7y9e"
    return document


def _example(entry: ProblemType) -> Schema:
    value = example_document(entry)
    return {"summary": str(entry.example.title), "description": entry.meaning, "value": value}
