"""How values are written before they are hashed, so that equal ones meet however they were typed."""

import re
import unicodedata

_PHONE_NOISE = re.compile(r"[^0-9+]")
_NUMBER_NOISE = re.compile(r"[\s-]")


def plain_phone(text: str) -> str:
    """Return digits and a leading plus: ``+86 138-0013-8000`` and ``+8613800138000`` are one phone."""
    return _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", text))


def plain_email(text: str) -> str:
    """Return the address without outer blanks and in lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def plain_number(text: str) -> str:
    """Return a document or card number without blanks and hyphens, in upper case."""
    return _NUMBER_NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
