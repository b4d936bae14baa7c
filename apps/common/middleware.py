"""A name for every request, so that an answer, a log line and an audit event can be put together."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.common.identifiers import new_identifier

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestIdMiddleware:
    """Takes the caller's X-Request-Id if it is tame, else makes one; gives it back with the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        identifier = given if _ACCEPTABLE.fullmatch(given) else new_identifier("req")
        request.META["reviewconsole.request_id"] = identifier
        response = self.get_response(request)
        response["X-Request-Id"] = identifier
        return response


def request_identifier(request: HttpRequest) -> str:
    """Return the name that the middleware gave this request, empty outside one."""
    return str(request.META.get("reviewconsole.request_id", ""))
