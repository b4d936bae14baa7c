"""Finding the key that a request carries."""

import hmac
from datetime import datetime

from apps.clients.keys import digest_of, lookup_of
from apps.clients.models import ApiKey


def api_key_presented(key: str, *, now: datetime) -> ApiKey | None:
    """Return the valid key behind this text with its client, or None: unknown, expired or revoked."""
    lookup = lookup_of(key)
    if lookup is None:
        return None
    found = ApiKey.objects.select_related("client").filter(lookup=lookup).first()
    if found is None or not hmac.compare_digest(bytes(found.digest), digest_of(key)):
        return None
    if found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        return None
    return found if found.client.is_active else None
