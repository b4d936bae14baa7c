"""Making clients and keys."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.clients.keys import digest_of, lookup_of, new_key
from apps.clients.models import ApiClient, ApiKey, Scope
from apps.common.errors import Invalid

# "Last used" is for a person who asks whether a key is still needed: minutes are exact enough,
# and a write per request is not.
_USE_IS_NOTED_EVERY = timedelta(minutes=5)


class ScopeUnknown(Invalid):
    """A scope that does not exist was asked for."""

    code = "scope_unknown"
    title = _("Unknown scope")
    message = _("There is no scope {scope}. The scopes are: {known}.")


@transaction.atomic
def api_key_create(
    *, client_name: str, scopes: list[str], now: datetime, label: str = "", expires_at: datetime | None = None
) -> str:
    """Make a key, and its client when the name is new. Returns the key, which is shown this once.

    `scopes` may be ``["all"]``. Raises ScopeUnknown.
    """
    wanted = list(Scope.values) if scopes == ["all"] else scopes
    for scope in wanted:
        if scope not in Scope.values:
            raise ScopeUnknown(scope=scope, known=", ".join(Scope.values))
    client, _made = ApiClient.objects.get_or_create(name=client_name, defaults={"created_at": now})
    key = new_key()
    ApiKey.objects.create(
        client=client,
        label=label,
        lookup=lookup_of(key) or "",
        digest=digest_of(key),
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    return key


def note_use(key: ApiKey, *, now: datetime) -> None:
    """Remember that the key was used, at most every few minutes."""
    if key.last_used_at is None or now - key.last_used_at > _USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
