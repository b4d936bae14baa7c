"""Where a request came from, and a name for it that puts an answer, a log line and an audit event together."""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from apps.common.addresses import is_within, networks_in, origin_of
from apps.common.identifiers import new_identifier

_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")


class ClientAddressMiddleware:
    """Puts the address that a trusted proxy tells of in the place of the proxy's own; nobody else is believed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = networks_in(settings.REVIEWCONSOLE_TRUSTED_PROXIES)
        if not self.trusted:
            raise MiddlewareNotUsed

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        if is_within(peer, self.trusted):
            # Taken at its word, and taken away: what is still there later came from a proxy that is not trusted.
            told = request.META.pop("HTTP_X_FORWARDED_FOR", "")
            request.META["REMOTE_ADDR"] = origin_of(peer, told, self.trusted)
        return self.get_response(request)


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
