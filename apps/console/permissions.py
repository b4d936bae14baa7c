"""Who may open a page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, resolve_url
from django.utils.cache import add_never_cache_headers

from apps.common.actors import Actor, ActorKind
from apps.common.errors import NotFound
from apps.common.middleware import request_identifier
from apps.common.replicas import lagging_reads
from apps.staff.models import Person

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def person_of(request: HttpRequest) -> Person:
    """Return the person who is signed in; only behind `signed_in`."""
    return cast(Person, request.user)


def actor_of(request: HttpRequest) -> Actor:
    """Return the person who is signed in, as services and the audit log name them."""
    person = person_of(request)
    return Actor(
        ActorKind.PERSON,
        str(person),
        person_id=person.pk,
        request_id=request_identifier(request),
        address=request.META.get("REMOTE_ADDR") or None,
    )


def visitor_of(request: HttpRequest) -> Actor:
    """Return whoever stands at the door, known by address alone."""
    return Actor(
        ActorKind.SYSTEM,
        "sign-in",
        request_id=request_identifier(request),
        address=request.META.get("REMOTE_ADDR") or None,
    )


def signed_in(view: View[Rest]) -> View[Rest]:
    """Let in who is signed in, send others to the door, and keep what is shown out of every cache.

    What a service does not know is a page that is not there.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *positional: Rest.args, **named: Rest.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_the_door(request)
        try:
            response = view(request, *positional, **named)
        except NotFound:
            raise Http404 from None
        add_never_cache_headers(response)
        return _compressed(request, response)

    return guarded


# Adds a random length to what it compresses, so that the size tells nothing about secrets beside words that somebody
# made the page repeat (BREACH).
_GZIP = GZipMiddleware(lambda _request: HttpResponse())


def _compressed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Compress pages and their regions; files are compressed already, or not worth it."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return response
    return cast(HttpResponse, _GZIP.process_response(request, response))


def supervisors_only(view: View[Rest]) -> View[Rest]:
    """Let in supervisors and administrators alone; goes under `signed_in`."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *positional: Rest.args, **named: Rest.kwargs) -> HttpResponse:
        if not person_of(request).is_supervisor:
            raise PermissionDenied
        return view(request, *positional, **named)

    return guarded


def may_lag(view: View[Rest]) -> View[Rest]:
    """Read the page from the replica, where there is one: nothing is decided on it. Goes under `signed_in`."""

    @wraps(view)
    def reading(request: HttpRequest, /, *positional: Rest.args, **named: Rest.kwargs) -> HttpResponse:
        with lagging_reads():
            return view(request, *positional, **named)

    return reading


def _to_the_door(request: HttpRequest) -> HttpResponse:
    door = resolve_url("console:sign_in")
    if request.headers.get("HX-Request") == "true":
        # A region must not be filled with the sign-in page: the whole page goes there instead.
        return HttpResponse(status=401, headers={"HX-Redirect": door})
    back = request.get_full_path() if request.method == "GET" else resolve_url("console:queue")
    return redirect(f"{door}?{urlencode({'next': back})}")
