"""Reading what a supervisor filled in about clients and keys."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.access.services.keys import KeyWish
from apps.clients.errors import (
    ExpiryPast,
    LabelUnusable,
    NetworkUnreadable,
    ScopesMissing,
    ScopeUnknown,
    TooManyNetworks,
)
from apps.clients.models import Scope
from apps.common.errors import Refusal
from apps.console.forms import Errors, local_moment

LONGEST_NETWORKS = 2000
# Which field a refusal of the service is about; others stand above the form.
_FIELDS: dict[type[Refusal], str] = {
    ScopesMissing: "scopes",
    ScopeUnknown: "scopes",
    NetworkUnreadable: "networks",
    TooManyNetworks: "networks",
    ExpiryPast: "expires_at",
    LabelUnusable: "label",
}


@dataclass(frozen=True)
class ScopeBox:
    """One scope to tick."""

    value: str
    label: str
    is_ticked: bool


@dataclass(frozen=True)
class KeyForm:
    """The form for a key, as it is drawn: what was typed, and what is wrong with it."""

    label: str = ""
    networks: str = ""
    expires_at: str = ""
    scopes: list[ScopeBox] = field(default_factory=lambda: scope_boxes(list(Scope.values)))
    errors: Errors = field(default_factory=dict)


def scope_boxes(ticked: list[str]) -> list[ScopeBox]:
    """Return a box for each scope."""
    return [ScopeBox(scope.value, str(scope.label), scope.value in ticked) for scope in Scope]


def typed_key(posted: QueryDict, errors: Errors) -> KeyForm:
    """Return the form with what was typed into it."""
    return KeyForm(
        label=posted.get("label", "")[:200],
        networks=posted.get("networks", "")[:LONGEST_NETWORKS],
        expires_at=posted.get("expires_at", "")[:40],
        scopes=scope_boxes(posted.getlist("scopes")),
        errors=errors,
    )


def read_key(posted: QueryDict) -> tuple[KeyWish, Errors]:
    """Read the form for a key, and what cannot be read of it."""
    expires_at, errors = read_moment(posted, "expires_at")
    wish = KeyWish(
        scopes=posted.getlist("scopes"),
        label=posted.get("label", "").strip(),
        networks=posted.get("networks", "")[:LONGEST_NETWORKS].replace(",", " ").split(),
        expires_at=expires_at,
    )
    return wish, errors


def read_moment(posted: QueryDict, name: str) -> tuple[datetime | None, Errors]:
    """Read a time that may be left empty."""
    text = posted.get(name, "").strip()
    moment = local_moment(text) if text else None
    unread = bool(text) and moment is None
    return moment, {name: [_("A time could not be read; write it as 2026-11-22T18:30.")]} if unread else {}


def errors_of(refusal: Refusal) -> Errors:
    """Return a refusal by the field that it is about; nothing when it is about none."""
    name = _FIELDS.get(type(refusal))
    return {name: [refusal.detail]} if name else {}


def number_in(posted: QueryDict, name: str) -> int:
    """Return a number that a form carries hidden; -1 for what is none."""
    text = posted.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else -1
