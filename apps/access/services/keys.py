"""Keys: made, replaced by the next one, revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from apps.access.selectors import client_locked, key_locked, newest_key_id
from apps.access.services.clients import client_create
from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.clients.errors import EndTooLate, ExpiryPast, KeyEnded, KeysChanged
from apps.clients.expiry import next_notice
from apps.clients.keys import lookup_of
from apps.clients.models import ApiClient, ApiKey
from apps.clients.services import MOST_VALID_KEYS, MOST_VALID_KEYS_OF_OPERATORS, api_key_create, checked_name
from apps.common.actors import Actor


@dataclass(frozen=True)
class KeyWish:
    """What a key shall be: `scopes` may be ``["all"]``; without `networks` it is good from everywhere."""

    scopes: Sequence[str]
    label: str = ""
    networks: Sequence[str] = ()
    expires_at: datetime | None = None


@transaction.atomic
def key_create(
    client_id: int,
    wish: KeyWish,
    *,
    actor: Actor,
    now: datetime,
    newest_seen: int | None = None,
    most_valid: int = MOST_VALID_KEYS,
) -> str:
    """Make a key for a client. Returns the key, which nobody can be shown again.

    `newest_seen` is the id of the newest key that the person saw, 0 for none: a
    form that is sent again makes no second key. Raises ClientUnknown,
    KeysChanged, and what `apps.clients.services.api_key_create` raises.
    """
    client = client_locked(client_id)
    if newest_seen is not None and newest_seen != newest_key_id(client_id):
        raise KeysChanged
    key = api_key_create(
        client_name=client.name,
        scopes=wish.scopes,
        label=wish.label,
        networks=wish.networks,
        expires_at=wish.expires_at,
        created_by=actor.name,
        now=now,
        most_valid=most_valid,
    )
    made = ApiKey.objects.get(lookup=lookup_of(key))
    facts = {"label": made.label, "scopes": made.scopes, "networks": made.networks, "expires_at": _told(made)}
    _record(Action.KEY_CREATED, made, client, actor, now, **{name: value for name, value in facts.items() if value})
    return key


@transaction.atomic
def key_create_for(client_name: str, wish: KeyWish, *, actor: Actor, now: datetime) -> str:
    """Make a key for the client of this name, and the client when there is none, as an operator. Returns the key."""
    name = checked_name(client_name)
    client = ApiClient.objects.filter(name=name).first() or client_create(
        name=name, language=settings.LANGUAGE_CODE, actor=actor, now=now
    )
    return key_create(client.pk, wish, actor=actor, now=now, most_valid=MOST_VALID_KEYS_OF_OPERATORS)


@transaction.atomic
def key_rotate(
    key_id: int, *, old_ends_at: datetime, actor: Actor, now: datetime, newest_seen: int | None = None
) -> str:
    """Make the key that follows this one, with its label, scopes and networks, and let this one end at a time.

    Both are valid until then. The new one has no expiry. Returns the new key.
    Raises KeyUnknown, KeyEnded, ExpiryPast, EndTooLate, KeysChanged, TwoKeysValid.
    """
    old = key_locked(key_id)
    if not old.is_valid(now):
        raise KeyEnded(key=str(old))
    if old_ends_at <= now:
        raise ExpiryPast
    if old.expires_at is not None and old_ends_at > old.expires_at:
        raise EndTooLate
    wish = KeyWish(old.scopes, old.label, old.networks)
    new = key_create(old.client_id, wish, actor=actor, now=now, newest_seen=newest_seen)
    before, old.expires_at = _told(old), old_ends_at
    old.notice_due_at = next_notice(old_ends_at, now)
    old.save(update_fields=["expires_at", "notice_due_at"])
    _record(Action.KEY_ENDS, old, old.client, actor, now, expires_at=[before, _told(old)])
    return new


@transaction.atomic
def key_revoke(key_id: int, *, actor: Actor, now: datetime) -> ApiKey:
    """Take a key out of use, at once and for ever. Raises KeyUnknown, KeyEnded."""
    key = key_locked(key_id)
    if not key.is_valid(now):
        raise KeyEnded(key=str(key))
    key.revoked_at = now
    key.notice_due_at = None
    key.save(update_fields=["revoked_at", "notice_due_at"])
    _record(Action.KEY_REVOKED, key, key.client, actor, now)
    return key


def _told(key: ApiKey) -> str | None:
    return key.expires_at.isoformat(timespec="seconds") if key.expires_at else None


def _record(action: Action, key: ApiKey, client: ApiClient, actor: Actor, now: datetime, **changes: object) -> None:
    audit_record(action, actor=actor, now=now, subject=str(key), changes={"client": client.name, **changes})
