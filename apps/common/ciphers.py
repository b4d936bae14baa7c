"""Encryption of sensitive values, and keyed hashes that let equal values meet without being read."""

import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class ValueUnreadable(Exception):
    """No configured key decrypts the value: a key was taken away too early, or the value was altered."""


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _current() -> MultiFernet:
    return _cipher(tuple(settings.ENCRYPTION_KEYS))


def sealed(content: bytes) -> bytes:
    """Encrypt the content of a file with the newest key."""
    return _current().encrypt(content)


def unsealed(token: bytes) -> bytes:
    """Decrypt the content of a file with whichever key fits. Raises ValueUnreadable."""
    try:
        return _current().decrypt(bytes(token))
    except InvalidToken as unreadable:
        raise ValueUnreadable from unreadable


def encrypted(value: str) -> bytes:
    """Encrypt with the newest key. Empty stays empty."""
    return sealed(value.encode()) if value else b""


def decrypted(token: bytes) -> str:
    """Decrypt with whichever key fits. Raises ValueUnreadable."""
    return unsealed(token).decode() if token else ""


def rotated(token: bytes) -> bytes:
    """Return the same value under the newest key. Raises ValueUnreadable."""
    if not token:
        return b""
    try:
        return _current().rotate(bytes(token))
    except InvalidToken as unreadable:
        raise ValueUnreadable from unreadable


def keyed_hash(kind: str, value: str) -> bytes:
    """Return a 32-byte HMAC-SHA256 of the value, apart for each kind. Empty stays empty."""
    if not value:
        return b""
    return hmac.digest(settings.MATCHING_KEY.encode(), f"{kind}\x1f{value}".encode(), "sha256")
