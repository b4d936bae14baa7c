"""Reading clients and their keys, for people."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from apps.clients.errors import ClientUnknown, KeyAmbiguous, KeyUnknown
from apps.clients.keys import PREFIX
from apps.clients.models import ApiClient, ApiKey

# Ended keys are listed this long; the audit log knows of them for ever.
ENDED_ARE_LISTED_FOR = timedelta(days=90)


@dataclass(frozen=True)
class ClientKeys:
    """A client with its keys, the newest first; `newest_key_id` also names one that is no longer listed."""

    client: ApiClient
    keys: list[ApiKey]
    newest_key_id: int


def clients_with_keys(*, now: datetime, client_id: int | None = None) -> list[ClientKeys]:
    """Return all clients by name, or one, with the keys that are valid or ended not long ago."""
    since = now - ENDED_ARE_LISTED_FOR
    keys = ApiKey.objects.filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=since), Q(expires_at__isnull=True) | Q(expires_at__gt=since)
    ).order_by("-created_at", "-id")
    clients = ApiClient.objects.annotate(newest=Max("keys__pk")).order_by("-is_active", "name")
    if client_id is not None:
        clients, keys = clients.filter(pk=client_id), keys.filter(client_id=client_id)
    found: dict[int, ClientKeys] = {client.pk: ClientKeys(client, [], client.newest or 0) for client in clients}
    for key in keys:
        found[key.client_id].keys.append(key)
    return list(found.values())


def client_keys_of(client_id: int, *, now: datetime) -> ClientKeys:
    """Return one client with its keys. Raises ClientUnknown."""
    found = clients_with_keys(now=now, client_id=client_id)
    if not found:
        raise ClientUnknown(name=client_id)
    return found[0]


def client_named(name: str) -> ApiClient:
    """Return the client of this name. Raises ClientUnknown."""
    found = ApiClient.objects.filter(name=name.strip()).first()
    if found is None:
        raise ClientUnknown(name=name)
    return found


def newest_key_id(client_id: int) -> int:
    """Return the id of the key that was made last for a client, 0 when there is none."""
    return ApiKey.objects.filter(client_id=client_id).aggregate(newest=Max("pk"))["newest"] or 0


def key_of(key_id: int) -> ApiKey:
    """Return a key. Raises KeyUnknown."""
    found = ApiKey.objects.select_related("client").filter(pk=key_id).first()
    if found is None:
        raise KeyUnknown(key=key_id)
    return found


def client_locked(client_id: int) -> ApiClient:
    """Return a client, locked against others who change it or make keys for it. Raises ClientUnknown."""
    found = ApiClient.objects.select_for_update(no_key=True).filter(pk=client_id).first()
    if found is None:
        raise ClientUnknown(name=client_id)
    return found


def key_locked(key_id: int) -> ApiKey:
    """Return a key with its client, both locked. Raises KeyUnknown."""
    client_id = ApiKey.objects.filter(pk=key_id).values_list("client_id", flat=True).first()
    if client_id is None:
        raise KeyUnknown(key=key_id)
    # The client first: whoever makes a key locks it and then writes keys.
    client_locked(client_id)
    return ApiKey.objects.select_for_update(of=("self",), no_key=True).select_related("client").get(pk=key_id)


def key_named(text: str) -> ApiKey:
    """Return the key that an id or the first characters of a key name. Raises KeyUnknown, KeyAmbiguous."""
    keys = ApiKey.objects.select_related("client")
    if text.isascii() and text.isdecimal() and len(text) < 12 and (by_id := keys.filter(pk=int(text)).first()):
        return by_id
    # More than the lookup may have been written, but nothing after it was ever stored.
    beginning = text.removeprefix(PREFIX).partition("_")[0].removesuffix("…")
    if not beginning or not all(character in "0123456789abcdef" for character in beginning):
        raise KeyUnknown(key=text)
    found = list(keys.filter(lookup__startswith=beginning).order_by("pk")[:2])
    if not found:
        raise KeyUnknown(key=text)
    if len(found) > 1:
        raise KeyAmbiguous(key=text)
    return found[0]
