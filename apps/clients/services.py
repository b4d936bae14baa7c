"""Making keys. Who does it for people, and records it, stands above the audit log: `apps.access`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.db import transaction
from django.db.models import Q

from apps.clients.errors import (
    ClientNameUnusable,
    ExpiryPast,
    LabelUnusable,
    NetworkUnreadable,
    ScopesMissing,
    ScopeUnknown,
    TooManyNetworks,
    TwoKeysValid,
)
from apps.clients.expiry import next_notice
from apps.clients.keys import digest_of, lookup_of, new_key
from apps.clients.models import ApiClient, ApiKey, Scope

# One in use, and the one that is to follow it.
MOST_VALID_KEYS = 2
MOST_NETWORKS = 20
# An operator makes keys for machines that come and go, and knows each; people on the page keep to two.
MOST_VALID_KEYS_OF_OPERATORS = 50
LONGEST_NAME = 120
# "Last used" is for a person who asks whether a key is still needed: a minute is exact enough,
# and a write per request is not.
_USE_IS_NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def api_key_create(
    *,
    client_name: str,
    scopes: Sequence[str],
    now: datetime,
    label: str = "",
    expires_at: datetime | None = None,
    networks: Sequence[str] = (),
    created_by: str = "",
    most_valid: int = MOST_VALID_KEYS,
) -> str:
    """Make a key, and its client when the name is new. Returns the key, which is shown this once.

    `scopes` may be ``["all"]``; without `networks` the key is good from everywhere. `most_valid` keys of a client may
    be valid at once, this one included.
    Raises ScopeUnknown, ScopesMissing, NetworkUnreadable, TooManyNetworks, ExpiryPast, LabelUnusable,
    ClientNameUnusable, TwoKeysValid.
    """
    wanted = checked_scopes(scopes)
    reached = checked_networks(networks)
    if expires_at is not None and expires_at <= now:
        raise ExpiryPast
    if len(label) > LONGEST_NAME or not is_printable(label):
        raise LabelUnusable(most=LONGEST_NAME)
    client, _made = ApiClient.objects.get_or_create(name=checked_name(client_name), defaults={"created_at": now})
    # Two who make a key at once would both count one valid key; the client's row lets one count after the other.
    ApiClient.objects.select_for_update(no_key=True).get(pk=client.pk)
    if client.keys.filter(is_valid_at(now)).count() >= most_valid:
        raise TwoKeysValid(client=client.name, most=most_valid)
    key = new_key()
    ApiKey.objects.create(
        client=client,
        label=label,
        lookup=lookup_of(key) or "",
        digest=digest_of(key),
        scopes=wanted,
        networks=reached,
        created_by=created_by[:LONGEST_NAME],
        created_at=now,
        expires_at=expires_at,
        notice_due_at=next_notice(expires_at, now),
    )
    return key


def is_valid_at(now: datetime) -> Q:
    """Say in a query what ApiKey.is_valid says of a row."""
    return Q(revoked_at__isnull=True) & (Q(expires_at__isnull=True) | Q(expires_at__gt=now))


def checked_scopes(scopes: Sequence[str]) -> list[str]:
    """Return the scopes in their own order, each once. Raises ScopeUnknown, ScopesMissing."""
    if list(scopes) == ["all"]:
        return list(Scope.values)
    for scope in scopes:
        if scope not in Scope.values:
            raise ScopeUnknown(scope=scope, known=", ".join(Scope.values))
    if not scopes:
        raise ScopesMissing
    return [scope for scope in Scope.values if scope in scopes]


def checked_networks(networks: Sequence[str]) -> list[str]:
    """Return the networks as CIDR notation has them, each once. Raises NetworkUnreadable, TooManyNetworks."""
    read: list[str] = []
    for network in networks:
        try:
            written = str(ip_network(network.strip()))
        except ValueError:
            raise NetworkUnreadable(network=network[:LONGEST_NAME]) from None
        if "%" in written:
            # A zone belongs to one machine and means nothing to another.
            raise NetworkUnreadable(network=network[:LONGEST_NAME])
        if written not in read:
            read.append(written)
    if len(read) > MOST_NETWORKS:
        raise TooManyNetworks(most=MOST_NETWORKS)
    return read


def checked_name(name: str) -> str:
    """Return a client's name without the blanks around it. Raises ClientNameUnusable."""
    stripped = name.strip()
    if not 1 <= len(stripped) <= LONGEST_NAME or not is_printable(stripped):
        raise ClientNameUnusable(most=LONGEST_NAME)
    return stripped


def is_printable(text: str) -> bool:
    """Say whether a text can be stored and read: no control character, no half of a surrogate pair."""
    return all(character.isprintable() for character in text)


def note_use(key: ApiKey, *, now: datetime) -> None:
    """Remember that the key was used, at most once a minute whatever the number of processes."""
    earlier = now - _USE_IS_NOTED_EVERY
    if key.last_used_at is None or key.last_used_at <= earlier:
        unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=earlier)
        ApiKey.objects.filter(unnoted, pk=key.pk).update(last_used_at=now)
