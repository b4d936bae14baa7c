"""Refusals as RFC 9457 problem documents, in the language that is active."""

from typing import Any, NotRequired, TypedDict, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.encoding import escape_uri_path
from rest_framework import exceptions

from apps.api.answers import add_headers, encoded
from apps.api.body_errors import BodyTypeUnknown
from apps.api.errors import (
    AddressUnknown,
    AnswerTypeUnknown,
    ContentInvalid,
    MethodUnknown,
    QueryInvalid,
    Rejected,
    RequestInFlight,
)
from apps.attachments.errors import StorageFull, StorageUnavailable
from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal, SeveralInvalid
from apps.common.keysets import CursorUnreadable
from apps.common.middleware import request_identifier
from apps.refunds.errors import RefundBusy, VersionStale
from apps.webhooks.errors import DeliveryUnderWay

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "/api/problems/"
# A body may be wrong in thousands of places; this many are enough to begin with.
MOST_ERRORS = 100
# Over in a moment: the same request may well succeed, so none is kept as a key's answer.
TRANSIENT = (RefundBusy, DeliveryUnderWay, RequestInFlight, StorageUnavailable)

_BY_KIND: dict[type[Refusal], int] = {
    VersionStale: 412,
    StorageUnavailable: 503,
    StorageFull: 507,
    NotFound: 404,
    NotPermitted: 403,
    Conflict: 409,
    Invalid: 422,
}


class ErrorDocument(TypedDict):
    """One thing wrong: where in the body (a JSON Pointer), or in which parameter of the query string."""

    pointer: str
    parameter: NotRequired[str]
    code: str
    detail: str


class ProblemDocument(TypedDict):
    """RFC 9457, with a stable `code`. `instance` and `request_id` are told of whole requests only."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: NotRequired[str]
    request_id: NotRequired[str]
    errors: NotRequired[list[ErrorDocument]]


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that says what kind of refusal it is."""
    if isinstance(refusal, Rejected):
        return refusal.status
    return next((status for kind, status in _BY_KIND.items() if isinstance(refusal, kind)), 422)


def type_of(refusal: Refusal) -> str:
    """Return the problem type: a registered one where there is one, else ours."""
    return (isinstance(refusal, Rejected) and refusal.registered_type) or f"{TYPE_BASE}{refusal.code}"


def problem_document(refusal: Refusal) -> ProblemDocument:
    """Write a refusal, with the facts that it adds as further members, in the active language."""
    document: ProblemDocument = {
        "type": type_of(refusal),
        "title": str(refusal.title),
        "status": status_of(refusal),
        "detail": refusal.detail,
        "code": refusal.code,
    }
    errors = _errors(refusal)
    if errors:
        document["errors"] = errors[:MOST_ERRORS]
    added = {name: value for name, value in refusal.extensions.items() if name not in document}
    return cast(ProblemDocument, document | added)


def problem_answer(refusal: Refusal, request: HttpRequest) -> HttpResponse:
    """Answer with the problem and the request that met it."""
    document = problem_document(refusal)
    document["instance"] = escape_uri_path(request.path)
    document["request_id"] = request_identifier(request)
    response = HttpResponse(encoded(document), status=document["status"], content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    tell_language(response)
    if isinstance(refusal, TRANSIENT):
        response["Retry-After"] = "1"
    if isinstance(refusal, Rejected):
        add_headers(response, refusal.headers)
    return response


def tell_language(response: HttpResponse) -> None:
    """Say in which language the sentences of an answer are, and what that depended on."""
    response["Content-Language"] = "zh-Hans" if translation.get_language() == "zh-hans" else "en"
    response["Vary"] = "Accept-Language"


def _errors(refusal: Refusal) -> list[ErrorDocument]:
    if isinstance(refusal, ContentInvalid):
        return [{"pointer": found.pointer, "code": found.code, "detail": found.detail} for found in refusal.problems]
    if isinstance(refusal, QueryInvalid):
        # Pointers lead into the body, and a query has none: the parameter has a member of its own.
        return [
            {"pointer": "", "parameter": found.pointer[1:], "code": found.code, "detail": found.detail}
            for found in refusal.problems
        ]
    if isinstance(refusal, CursorUnreadable):
        return [{"pointer": "", "parameter": "cursor", "code": refusal.code, "detail": refusal.detail}]
    several = refusal.problems if isinstance(refusal, SeveralInvalid) else [refusal]
    return [
        {"pointer": one.pointer, "code": one.code, "detail": one.detail} for one in several if one.pointer is not None
    ]


def handle(exception: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer for REST framework whatever a view raised; None for what is nobody's refusal but a fault."""
    refusal = refusal_of(exception, context)
    return None if refusal is None else problem_answer(refusal, context["request"])


def refusal_of(exception: Exception, context: dict[str, Any]) -> Refusal | None:
    """Name in our own words what the framework refuses by itself."""
    refusal: Refusal | None = None
    match exception:
        case Refusal():
            refusal = exception
        case exceptions.MethodNotAllowed():
            method = context["request"].method
            refusal = MethodUnknown(method=method, allowed=", ".join(context["view"].allowed_methods))
        case exceptions.NotAcceptable():
            refusal = AnswerTypeUnknown()
        case exceptions.UnsupportedMediaType():
            refusal = BodyTypeUnknown(expected=context["view"].body_type)
        case Http404() | exceptions.NotFound():
            refusal = AddressUnknown()
    return refusal
