"""What the frame around every page needs."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.staff.models import Person, Theme


@dataclass(frozen=True)
class RailLink:
    """One place in the rail; `key` goes to it after `g`."""

    name: str
    label: str | Promise
    icon: str
    address: str
    key: str
    is_current: bool


@dataclass(frozen=True)
class Choice:
    """One of a few settings that exclude each other."""

    value: str
    label: str | Promise
    icon: str
    is_chosen: bool


_PLACES: list[tuple[str, str | Promise, str, str, bool]] = [
    ("queue", _("Queue"), "inbox", "g q", False),
    ("claims", _("My claims"), "user-check", "g m", False),
    ("holds", _("Holds"), "hourglass", "g h", False),
    ("policies", _("Policy"), "adjustments-horizontal", "g p", False),
    ("texts", _("Customer texts"), "pencil", "g x", True),
    ("rings", _("Rings"), "users", "g r", False),
    ("monitors", _("Monitors"), "activity", "g o", False),
    ("webhooks", _("Webhooks"), "send", "g w", True),
    ("clients", _("API clients"), "building-store", "g c", True),
    ("timers", _("Timers"), "clock-hour-4", "g t", True),
    ("backtests", _("Backtests"), "clock", "g b", True),
    ("audit", _("Audit log"), "list-search", "g a", True),
]
# Pages whose name does not begin with that of their place.
_ALSO = {
    "queue": ("queues", "calendars", "calendar", "calendar_new"),
    "claims": ("me",),
    "monitors": ("alerts", "alert", "alert_acknowledge", "alert_dismiss", "subscriptions"),
}
_THEME_ICONS = {Theme.AUTO: "device-desktop", Theme.LIGHT: "sun", Theme.DARK: "moon"}
# Each language is named in itself, so that a person finds it whatever is shown now.
_LANGUAGE_NAMES = {"en": "English", "zh-hans": "简体中文"}


def frame(request: HttpRequest) -> dict[str, object]:
    """Return the rail, the choices of language and theme, and where to come back to after a choice."""
    person = getattr(request, "user", None)
    theme = person.theme if isinstance(person, Person) else Theme.AUTO
    return {
        "theme": theme,
        "density": person.density if isinstance(person, Person) else "",
        "own_keys": json.dumps(person.keys) if isinstance(person, Person) and person.keys else "",
        "rail": rail(request, person) if isinstance(person, Person) else [],
        "languages": languages(),
        "themes": [Choice(each.value, each.label, _THEME_ICONS[each], each == theme) for each in Theme],
        "here": request.get_full_path() if request.method in ("GET", "HEAD") else "",
    }


def rail(request: HttpRequest, person: Person) -> list[RailLink]:
    """Return the places that this person may go to."""
    match = getattr(request, "resolver_match", None)
    current = match.url_name if match else ""
    return [
        RailLink(
            name,
            label,
            icon,
            reverse(f"console:{name}"),
            key,
            current in (name, name.removesuffix("s"), name.removesuffix("ies") + "y", *_ALSO.get(name, ())),
        )
        for name, label, icon, key, supervisors_only in _PLACES
        if person.is_supervisor or not supervisors_only
    ]


def language_name(code: str) -> str:
    """Return how a language names itself."""
    return _LANGUAGE_NAMES.get(code, code)


def languages() -> list[Choice]:
    """Return the languages of the console, each named in itself."""
    active = get_language()
    return [Choice(code, _LANGUAGE_NAMES[code], "language", code == active) for code, _name in settings.LANGUAGES]
