"""What an API key looks like: ``rck_<lookup>_<secret>``."""

import hashlib
import secrets

PREFIX = "rck_"
LOOKUP_LENGTH = 12


def new_key() -> str:
    """Return a fresh key; its secret part carries 256 random bits."""
    return f"{PREFIX}{secrets.token_hex(LOOKUP_LENGTH // 2)}_{secrets.token_urlsafe(32)}"


def digest_of(key: str) -> bytes:
    """Return what is stored of a key. Its secret cannot be guessed, so a fast hash is enough."""
    return hashlib.sha256(key.encode()).digest()


def lookup_of(key: str) -> str | None:
    """Return the part of a key that finds its row, or None when it does not look like a key."""
    rest = key.removeprefix(PREFIX)
    if rest == key or len(rest) <= LOOKUP_LENGTH or rest[LOOKUP_LENGTH] != "_":
        return None
    return rest[:LOOKUP_LENGTH]
