"""How values are written before they are hashed, so that equal ones meet however they were typed."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from django.conf import settings
from phonenumbers import NumberParseException, PhoneNumberFormat

from apps.common.ciphers import keyed_hash

_PHONE_NOISE = re.compile(r"[^0-9+]")
# Mobile numbers of mainland China, which are most of what comes, with and without the country's code.
CHINESE_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9][0-9]{9})")
_NUMBER_NOISE = re.compile(r"[\s-]")


def plain_phone(text: str) -> str:
    """Return the number as E.164 writes it: ``+86 138-0013-8000`` and ``13800138000`` are one phone.

    One without a country's code belongs to REVIEWCONSOLE_PHONE_REGION. What
    cannot be a phone number is left as digits and pluses.
    """
    digits = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", text))
    return _e164(digits, settings.REVIEWCONSOLE_PHONE_REGION) if digits else ""


@lru_cache(maxsize=10_000)
def _e164(digits: str, region: str) -> str:
    mobile = CHINESE_MOBILE.fullmatch(digits)
    if mobile and (region == "CN" or digits.startswith(("+86", "0086"))):
        return f"+86{mobile[1]}"
    try:
        parsed = phonenumbers.parse(digits, region)
    except NumberParseException:
        return digits
    if not phonenumbers.is_possible_number(parsed):
        return digits
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def plain_value(kind: str, number: str) -> str:
    """Return the number of a factor of this kind plainly: that of the phone factor meets the account's own phone."""
    return (plain_phone if kind == "phone" else plain_number)(number)


def number_hash(kind: str, number: str) -> bytes:
    """Return the keyed hash by which the number of a factor is matched; empty stays empty."""
    return keyed_hash(kind, plain_value(kind, number))


def plain_email(text: str) -> str:
    """Return the address without outer blanks and in lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def plain_number(text: str) -> str:
    """Return a document or card number without blanks and hyphens, in upper case."""
    return _NUMBER_NOISE.sub("", unicodedata.normalize("NFKC", text)).upper()
