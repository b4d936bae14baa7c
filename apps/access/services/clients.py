"""Clients: made, named in a language, switched off and on."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.access.selectors import client_locked
from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.clients.errors import ClientNameTaken, LanguageUnknown
from apps.clients.models import ApiClient
from apps.clients.services import checked_name
from apps.common.actors import Actor


@transaction.atomic
def client_create(*, name: str, language: str, actor: Actor, now: datetime) -> ApiClient:
    """Make a client. Raises ClientNameUnusable, ClientNameTaken, LanguageUnknown."""
    client = ApiClient(name=checked_name(name), language=_checked_language(language), created_at=now)
    try:
        with transaction.atomic():
            client.save(force_insert=True)
    except IntegrityError as taken:
        raise ClientNameTaken(name=client.name) from taken
    _record(Action.CLIENT_CREATED, client, actor, now, language=client.language)
    return client


@transaction.atomic
def client_choose_language(client_id: int, *, language: str, actor: Actor, now: datetime) -> None:
    """Store the sentences for this client in another language from now on. Raises ClientUnknown, LanguageUnknown."""
    client = client_locked(client_id)
    before = client.language
    if before == _checked_language(language):
        return
    client.language = language
    client.save(update_fields=["language"])
    _record(Action.CLIENT_CHANGED, client, actor, now, language=[before, language])


@transaction.atomic
def client_switch(client_id: int, *, to_active: bool, actor: Actor, now: datetime) -> None:
    """Take all keys of a client out of use at once, or back into it. Raises ClientUnknown."""
    client = client_locked(client_id)
    if client.is_active == to_active:
        return
    client.is_active = to_active
    client.save(update_fields=["is_active"])
    _record(Action.CLIENT_ACTIVATED if to_active else Action.CLIENT_DEACTIVATED, client, actor, now)


def _checked_language(language: str) -> str:
    known = [code for code, _name in settings.LANGUAGES]
    if language not in known:
        raise LanguageUnknown(language=language, known=", ".join(known))
    return language


def _record(action: Action, client: ApiClient, actor: Actor, now: datetime, **changes: object) -> None:
    audit_record(action, actor=actor, now=now, subject=client.name[:80], changes=changes)
