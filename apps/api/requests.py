"""A request as the views see it."""

from datetime import datetime
from functools import cached_property
from io import BytesIO
from typing import BinaryIO, cast

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from apps.api.bodies import body_of
from apps.api.body_errors import BodyNotParsed
from apps.clients.models import ApiClient
from apps.common.actors import Actor, ActorKind
from apps.common.middleware import request_identifier


class ApiRequest(Request):
    """REST framework's request with a bounded body, the client behind it, and the moment it came."""

    # How many bytes the body may have; None leaves it to the setting for all.
    body_limit: int | None = None

    @property
    def plain(self) -> HttpRequest:
        """Django's request, as the server handed it over."""
        return self._request

    @cached_property
    def raw(self) -> bytes:
        """The body's bytes. Raises BodyTooLarge, BodyEncodingUnknown, BodyIncomplete."""
        return body_of(self.plain, self.body_limit)

    def receive(self) -> int:
        """Read the body and return its length; what is wrong with it as bytes is raised here."""
        return len(self.raw)

    @cached_property
    def now(self) -> datetime:
        """One moment for everything that this request does."""
        return timezone.now()

    @property
    def client(self) -> ApiClient:
        """Whose request it is; views run for authenticated requests only."""
        return cast(ApiClient, self.user)

    @cached_property
    def actor(self) -> Actor:
        """The client as the one who acts."""
        return Actor(
            ActorKind.CLIENT,
            self.client.name,
            client_id=self.client.pk,
            request_id=request_identifier(self.plain),
            address=self.META.get("REMOTE_ADDR") or None,
        )

    def _load_stream(self) -> None:
        if not self.raw and self.method in ("PUT", "PATCH"):
            # What is put in a thing's place cannot be nothing: the body was lost on the way.
            raise BodyNotParsed(pointer="", line=1, column=1)
        # REST framework takes None for "no body", and then parses nothing.
        self._stream = cast(BinaryIO, BytesIO(self.raw) if self.raw else None)
