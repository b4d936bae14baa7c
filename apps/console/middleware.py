"""Shows the console as the signed-in person set it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from apps.staff.models import Person


class PersonalSettingsMiddleware:
    """Activates the person's language and time zone; for others the cookie or the browser decides."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # An API call carries no session cookie, so this asks the database nothing for it.
        person = request.user
        if not isinstance(person, Person):
            return self.get_response(request)
        if person.language:
            translation.activate(person.language)
            request.LANGUAGE_CODE = translation.get_language() or person.language
        with timezone.override(_zone(person.time_zone)):
            return self.get_response(request)


def _zone(name: str) -> ZoneInfo | None:
    """Return the zone, or None (the console's own) for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
