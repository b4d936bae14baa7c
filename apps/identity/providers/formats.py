"""Whether a number looks like one of its kind. Offline, and never held against a person.

Doubt is a word in the panel, no more: lawful people carry numbers that the
usual libraries refuse (residents from Hong Kong, Macau and Taiwan with 81, 82
and 83 at the front, foreign permanent residents with 9), and UnionPay does not
promise Luhn's check digit. What is not known to be wrong is not doubted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType
from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from apps.identity.matching import CHINESE_MOBILE, plain_number
from apps.identity.models import DocumentType, FactorKind


class Format(StrEnum):
    """What the format says."""

    PLAUSIBLE = "plausible"
    DOUBTFUL = "doubtful"
    # Neither: a kind without rules, or hidden digits.
    UNKNOWN = "unknown"


class FormatReason(StrEnum):
    """What is noticed of a number."""

    NOT_A_NUMBER = "not_a_number"
    LENGTH = "length"
    UNASSIGNED = "unassigned"
    NOT_MOBILE = "not_mobile"
    CHECK_DIGIT = "check_digit"
    BIRTH_DATE = "birth_date"
    MASKED = "masked"


@dataclass(frozen=True)
class FormatCheck:
    """The outcome and what was noticed; a plausible number may have something noticed too."""

    outcome: Format
    reasons: tuple[FormatReason, ...] = ()


_MASKS = re.compile(r"[*•xX]{2,}")
_RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
_OLD_FOREIGN = re.compile(r"[A-Z]{3}[0-9]{12}")
_PERMITS = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?")
_TAIWAN = re.compile(r"[0-9]{8}(?:[0-9]{2}[A-Z0-9]?)?")
_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
_CARD_LENGTHS = range(12, 20)
_OLDEST_BIRTH = 1880
_UNIONPAY = ("62", "81")
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def format_of(kind: FactorKind, number: str, *, document_type: str = "", region: str) -> FormatCheck:
    """Look at a number in clear. `region` is where a phone without a country code belongs (ISO 3166, CN)."""
    if _MASKS.search(number) and kind is not FactorKind.ID_DOCUMENT:
        return FormatCheck(Format.UNKNOWN, (FormatReason.MASKED,))
    if kind is FactorKind.PHONE:
        return _phone(number, region)
    if kind is FactorKind.BANK_CARD:
        return _card(plain_number(number))
    return _document(plain_number(number), document_type)


def _phone(number: str, region: str) -> FormatCheck:
    if region == "CN" and CHINESE_MOBILE.fullmatch(plain_number(number)):
        # Most of what comes, and the library takes its time.
        return FormatCheck(Format.PLAUSIBLE)
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return FormatCheck(Format.DOUBTFUL, (FormatReason.NOT_A_NUMBER,))
    if not phonenumbers.is_possible_number(parsed):
        return FormatCheck(Format.DOUBTFUL, (FormatReason.LENGTH,))
    if not phonenumbers.is_valid_number(parsed):
        return FormatCheck(Format.DOUBTFUL, (FormatReason.UNASSIGNED,))
    is_mobile = phonenumbers.number_type(parsed) in _MOBILE
    return FormatCheck(Format.PLAUSIBLE, () if is_mobile else (FormatReason.NOT_MOBILE,))


def _card(number: str) -> FormatCheck:
    if not number.isascii() or not number.isdigit():
        return FormatCheck(Format.DOUBTFUL, (FormatReason.NOT_A_NUMBER,))
    if len(number) not in _CARD_LENGTHS:
        return FormatCheck(Format.DOUBTFUL, (FormatReason.LENGTH,))
    if number.startswith(_UNIONPAY) or luhn.is_valid(number):
        return FormatCheck(Format.PLAUSIBLE)
    return FormatCheck(Format.DOUBTFUL, (FormatReason.CHECK_DIGIT,)) if _promises_luhn(number) else _UNKNOWN


def _promises_luhn(number: str) -> bool:
    """Tell whether the number is of a network that gives every card Luhn's check digit."""
    two, four = int(number[:2]), int(number[:4])
    is_visa = number[0] == "4"
    is_mastercard = two in range(51, 56) or four in range(2221, 2721)
    is_amex_or_jcb = two in (34, 37) or four in range(3528, 3590)
    return is_visa or is_mastercard or is_amex_or_jcb


def _document(number: str, document_type: str) -> FormatCheck:
    if "*" in number or "•" in number:
        return FormatCheck(Format.UNKNOWN, (FormatReason.MASKED,))
    rule = _DOCUMENTS.get(document_type)
    return rule(number) if rule is not None else _UNKNOWN


def _resident(number: str) -> FormatCheck:
    """GB 11643: eighteen characters, a date of birth, ISO 7064 MOD 11-2. No list of regions: they were renamed."""
    if not _RESIDENT.fullmatch(number):
        return FormatCheck(Format.DOUBTFUL, (FormatReason.LENGTH,))
    reasons = []
    if not _is_birth(number[6:14]):
        reasons.append(FormatReason.BIRTH_DATE)
    try:
        mod_11_2.validate(number)
    except ValidationError:
        reasons.append(FormatReason.CHECK_DIGIT)
    return FormatCheck(Format.DOUBTFUL if reasons else Format.PLAUSIBLE, tuple(reasons))


def _is_birth(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= _OLDEST_BIRTH


def _foreign_resident(number: str) -> FormatCheck:
    """Cards since 2023 are numbered as resident identity cards with a 9 in front; older ones by three letters."""
    if _OLD_FOREIGN.fullmatch(number):
        return FormatCheck(Format.PLAUSIBLE)
    return _resident(number)


def _shape(pattern: re.Pattern[str]) -> Callable[[str], FormatCheck]:
    """Say plausible of what fits; what does not may be older, or of an issue nobody wrote down here."""
    return lambda number: FormatCheck(Format.PLAUSIBLE) if pattern.fullmatch(number) else _UNKNOWN


_UNKNOWN = FormatCheck(Format.UNKNOWN)
_DOCUMENTS: dict[str, Callable[[str], FormatCheck]] = {
    DocumentType.RESIDENT_ID.value: _resident,
    DocumentType.FOREIGN_RESIDENT_ID.value: _foreign_resident,
    DocumentType.HK_MACAU_PERMIT.value: _shape(_PERMITS),
    DocumentType.TAIWAN_PERMIT.value: _shape(_TAIWAN),
    DocumentType.PASSPORT.value: _shape(_PASSPORT),
}
