"""What all views share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar, Concatenate, NoReturn, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from rest_framework.views import APIView

from apps.api.answers import empty_answer
from apps.api.idempotency import Asked, answer_once, fingerprint_of, key_in
from apps.api.negotiation import JsonOrNothing
from apps.api.problems import TRANSIENT, handle
from apps.api.requests import ApiRequest
from apps.clients.models import Scope

Addressed = ParamSpec("Addressed")
View = TypeVar("View", bound="ApiView")
Handler = Callable[Concatenate[View, ApiRequest, Addressed], HttpResponse]


class ApiView(APIView):
    """A view whose handlers get an ApiRequest and return an HttpResponse."""

    # Which scope a key needs, by method; HEAD is GET.
    required_scopes: ClassVar[dict[str, Scope]] = {}
    # What a body has to be.
    body_type: ClassVar[str] = "application/json"
    content_negotiation_class = JsonOrNothing

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> ApiRequest:
        asked = ApiRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )
        asked.body_limit = self.body_limit()
        return asked

    def body_limit(self) -> int | None:
        """Return how many bytes a body may have here, None for as many as elsewhere."""
        return None

    @property
    def default_response_headers(self) -> dict[str, str]:
        """Nothing: Allow goes where it is asked for."""
        return {}

    def options(  # type: ignore[override]  # handlers get an ApiRequest and return an HttpResponse
        self, request: ApiRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Say which methods there are."""
        return empty_answer({"Allow": ", ".join(self.allowed_methods)})

    def raise_uncaught_exception(self, exc: Exception) -> NoReturn:
        """Leave it to the middleware; the framework's own looks for a renderer first where DEBUG is on."""
        raise exc

    def refused(self, exception: Exception) -> HttpResponse | None:
        """Return the answer for a refusal, None for faults and for what passes in a moment."""
        if isinstance(exception, TRANSIENT):
            return None
        return handle(exception, self.get_exception_handler_context())


def idempotent(
    *, required: bool = False, keeps_plans: bool = False
) -> Callable[[Handler[View, Addressed]], Handler[View, Addressed]]:
    """Make a handler answer a repeated Idempotency-Key with its first answer; for `keeps_plans` see `common.plans`."""

    def decorate(handler: Handler[View, Addressed]) -> Handler[View, Addressed]:
        @wraps(handler)
        def once(view: View, request: ApiRequest, /, *args: Addressed.args, **kwargs: Addressed.kwargs) -> HttpResponse:
            key = key_in(request.headers, required=required)
            if key is None:
                return handler(view, request, *args, **kwargs)
            fingerprint = fingerprint_of(request.method or "", request.path, request.raw)
            asked = Asked(request.client.pk, key, fingerprint, keeps_plans)
            return answer_once(asked, lambda: handler(view, request, *args, **kwargs), view.refused, now=request.now)

        return once

    return decorate
