"""The way of a REST request: past sessions, cookies, CSRF and all that only pages need."""

import logging
from collections.abc import Callable

from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from django.utils import translation

from apps.api.bodies import discard_small_body
from apps.api.errors import AddressUnknown, HostUnknown, RequestUnreadable, TemporarilyUnavailable, Unexpected
from apps.api.language import language_of
from apps.api.limits.requests import admit_request, tell_quota
from apps.api.problems import problem_answer
from apps.common.errors import Refusal
from apps.common.middleware import request_identifier

PREFIX = "/api/"
# What people read with a browser: pages like those of the console, with its language, theme and content policy.
READ_BY_PEOPLE = ("/api/docs", "/api/problems")
_PAGES = tuple(f"{page}/" for page in READ_BY_PEOPLE)

logger = logging.getLogger(__name__)


class RestMiddleware:
    """Answers everything below /api/ itself, so that each answer there, faults included, is the contract's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = f"{request.path_info}/"
        if not path.startswith(PREFIX) or path.startswith(_PAGES):
            return self.get_response(request)
        with translation.override(language_of(request)):
            try:
                response = _viewed(request)
            except Refusal as refusal:
                response = problem_answer(refusal, request)
        tell_quota(request, response)
        if response.status_code not in (204, 304):
            # Else the server, which is not told that the content is whole, sends it in chunks.
            response["Content-Length"] = str(len(response.content))
        if response.status_code >= 400:
            discard_small_body(request)
            # Thousands of 429 a second have to cost next to nothing; the metrics count them.
            if response.status_code != 429:
                logger.info("refused: %d %s %s", response.status_code, *_named(request))
            # Django's own line of the same would not name the request.
            response._has_been_logged = True  # type: ignore[attr-defined]
        return response


def _viewed(request: HttpRequest) -> HttpResponse:
    try:
        request.get_host()
        admit_request(request)
        match = resolve(request.path_info)
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response = response.render()
    except DisallowedHost:
        raise HostUnknown from None
    except Resolver404:
        raise AddressUnknown from None
    except SuspiciousOperation:
        raise RequestUnreadable from None
    except (OperationalError, InterfaceError):
        logger.exception("database gave way: %s %s", *_named(request))
        raise TemporarilyUnavailable from None
    except Refusal:
        raise
    except Exception:
        logger.exception("fault: %s %s", *_named(request))
        got_request_exception.send(sender=RestMiddleware, request=request)
        raise Unexpected from None
    return response


def _named(request: HttpRequest) -> tuple[str, str]:
    """Return the request and its name for a log line; the query may hold what a log should not."""
    return f"{request.method} {request.path}", request_identifier(request)
