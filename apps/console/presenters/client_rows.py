"""API clients and their keys, as supervisors see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.selectors import ClientKeys
from apps.clients.models import ApiClient, ApiKey, Scope
from apps.clients.services import MOST_VALID_KEYS
from apps.console import wording
from apps.console.context import language_name
from apps.console.presenters.marks import State

# Time enough to make the next key and to change the client over.
EXPIRES_SOON = timedelta(days=14)
OLD_KEY_STAYS = timedelta(hours=24)


@dataclass(frozen=True)
class KeyRow:
    """One key. `scopes` is empty when it may do everything, `networks` when it may come from anywhere."""

    key_id: int
    beginning: str
    label: str
    state: State
    scopes: list[str]
    networks: list[str]
    created_at: datetime
    created_by: str
    last_used_at: datetime | None
    last_used: str
    last_used_exact: str
    expires_at: datetime | None
    is_valid: bool
    old_ends_at: str
    latest_end: str


@dataclass(frozen=True)
class ClientPanel:
    """A client; `valid` keys open something, `ended` ones did."""

    client_id: int
    name: str
    language: str
    language_code: str
    is_active: bool
    created_at: datetime
    valid: list[KeyRow]
    ended: list[KeyRow]
    newest_key_id: int
    keys_words: str
    has_room: bool


def client_panel(found: ClientKeys, *, now: datetime) -> ClientPanel:
    """Write a client out with its keys."""
    client = found.client
    valid = [key for key in found.keys if key.is_valid(now)]
    return ClientPanel(
        client_id=client.pk,
        name=client.name,
        language=language_name(client.language),
        language_code=client.language,
        is_active=client.is_active,
        created_at=client.created_at,
        valid=key_rows(valid, client, now),
        ended=key_rows([key for key in found.keys if not key.is_valid(now)], client, now),
        newest_key_id=found.newest_key_id,
        keys_words=ngettext("%(valid)d key valid", "%(valid)d keys valid", len(valid)) % {"valid": len(valid)},
        has_room=len(valid) < MOST_VALID_KEYS,
    )


def key_rows(keys: Sequence[ApiKey], client: ApiClient, now: datetime) -> list[KeyRow]:
    """Write keys out."""
    return [_key_row(key, client, now) for key in keys]


def _key_row(key: ApiKey, client: ApiClient, now: datetime) -> KeyRow:
    latest = key.expires_at
    suggested = now + OLD_KEY_STAYS
    return KeyRow(
        key_id=key.pk,
        beginning=key.beginning,
        label=key.label,
        state=_state(key, client, now),
        scopes=[] if set(key.scopes) == set(Scope.values) else [str(Scope(scope).label) for scope in key.scopes],
        networks=list(key.networks),
        created_at=key.created_at,
        created_by=key.created_by,
        last_used_at=key.last_used_at,
        last_used=wording.ago(key.last_used_at, now) if key.last_used_at else _("not yet"),
        last_used_exact=wording.exact_moment(timezone.localtime(key.last_used_at)) if key.last_used_at else "",
        expires_at=key.expires_at,
        is_valid=key.is_valid(now),
        old_ends_at=wording.local_input(min(suggested, latest) if latest else suggested),
        latest_end=wording.local_input(latest) if latest else "",
    )


def _state(key: ApiKey, client: ApiClient, now: datetime) -> State:
    if key.revoked_at is not None:
        at = wording.written_moment(timezone.localtime(key.revoked_at), "date")
        return State(_("Revoked %(at)s") % {"at": at}, "none", "circle-x")
    if key.expires_at is not None and key.expires_at <= now:
        at = wording.written_moment(timezone.localtime(key.expires_at), "date")
        return State(_("Expired %(at)s") % {"at": at}, "none", "clock-off")
    if not client.is_active:
        return State(_("Client switched off"), "none", "circle-dashed")
    if key.expires_at is not None and key.expires_at - now < EXPIRES_SOON:
        return State(
            _("Expires in %(span)s") % {"span": wording.duration(key.expires_at - now)}, "warn", "alert-triangle"
        )
    return State(_("Valid"), "good", "circle-check")
