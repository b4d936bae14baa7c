"""Finding the key that a text stands for."""

from datetime import datetime

from apps.clients.admission import Verdict, admit
from apps.clients.models import ApiKey


def api_key_presented(key: str, *, now: datetime) -> ApiKey | None:
    """Return the valid key behind this text with its client, or None: unknown, expired, revoked or switched off.

    From wherever it comes, and without counting it.
    """
    found = admit(key, address=None, policy=None, now=now)
    return found.key if found.verdict in (Verdict.ADMITTED, Verdict.FROM_ELSEWHERE) else None
