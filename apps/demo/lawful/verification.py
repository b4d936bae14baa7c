"""How far honest people are verified: mostly well, and in every state that life brings."""

import random
from datetime import datetime, timedelta
from typing import Any

from apps.demo.seeded import digits, weighted
from apps.demo.trade import Language
from apps.identity.models import DocumentType, FactorKind, FactorStatus

Factors = dict[str, dict[str, Any]]

_STATES: dict[FactorKind, tuple[tuple[FactorStatus | None, float], ...]] = {
    FactorKind.PHONE: (
        (FactorStatus.VERIFIED, 94),
        (FactorStatus.UNVERIFIED, 3),
        (FactorStatus.EXPIRED, 1.5),
        (None, 1.5),
    ),
    FactorKind.ID_DOCUMENT: (
        (FactorStatus.VERIFIED, 79),
        (None, 9),
        (FactorStatus.UNVERIFIED, 4),
        (FactorStatus.PENDING, 3),
        (FactorStatus.EXPIRED, 3),
        (FactorStatus.FAILED, 2),
    ),
    FactorKind.BANK_CARD: (
        (FactorStatus.VERIFIED, 74),
        (None, 15),
        (FactorStatus.UNVERIFIED, 6),
        (FactorStatus.PENDING, 2),
        (FactorStatus.FAILED, 2),
        (FactorStatus.EXPIRED, 1),
    ),
}
# Whoever came lately has not got round to it.
_LATELY = timedelta(days=45)
_STATES_LATELY: dict[FactorKind, tuple[tuple[FactorStatus | None, float], ...]] = {
    FactorKind.PHONE: ((FactorStatus.VERIFIED, 90), (FactorStatus.UNVERIFIED, 10)),
    FactorKind.ID_DOCUMENT: (
        (FactorStatus.VERIFIED, 22),
        (None, 48),
        (FactorStatus.UNVERIFIED, 14),
        (FactorStatus.PENDING, 14),
        (FactorStatus.FAILED, 2),
    ),
    FactorKind.BANK_CARD: ((FactorStatus.VERIFIED, 25), (None, 55), (FactorStatus.UNVERIFIED, 20)),
}
_PROVIDERS = {
    FactorKind.PHONE: "carrier-3f",
    FactorKind.ID_DOCUMENT: "id-check-cn",
    FactorKind.BANK_CARD: "unionpay-4f",
}
_DOCUMENTS = {
    Language.CHINESE: (
        (DocumentType.RESIDENT_ID, 93.0),
        (DocumentType.HK_MACAU_PERMIT, 3.0),
        (DocumentType.TAIWAN_PERMIT, 2.0),
        (DocumentType.PASSPORT, 2.0),
    ),
    Language.ENGLISH: ((DocumentType.PASSPORT, 8.0), (DocumentType.FOREIGN_RESIDENT_ID, 2.0)),
}


def factors(
    chance: random.Random, *, language: Language, registered_at: datetime, now: datetime, phone: str, card: str
) -> Factors:
    """Return the factors that the mall knows of. `card` is the number of the usual bank card."""
    told: Factors = {}
    for kind, states in (_STATES_LATELY if now - registered_at < _LATELY else _STATES).items():
        status = weighted(chance, states)
        if status is not None:
            verified_at = registered_at + (now - registered_at) * 0.2 * chance.random()
            told[kind.value] = factor(chance, kind, status, at=verified_at)
    if "phone" in told:
        told["phone"] |= {"number": phone, "last4": phone[-4:]}
    if "bank_card" in told:
        told["bank_card"] |= {"number": card, "last4": card[-4:]}
    if "id_document" in told:
        document = weighted(chance, _DOCUMENTS[language])
        told["id_document"] |= {"document_type": document.value, **document_number(chance, document)}
    return told


def factor(chance: random.Random, kind: FactorKind, status: FactorStatus, *, at: datetime) -> dict[str, Any]:
    """Return one factor as the mall sends it, without its number."""
    made: dict[str, Any] = {"status": status.value}
    if status in {FactorStatus.VERIFIED, FactorStatus.EXPIRED}:
        made |= {"verified_at": at.isoformat(), "provider": _PROVIDERS[kind], "name_match": True}
    if status is FactorStatus.EXPIRED:
        made["expires_at"] = (at + timedelta(days=chance.randint(3, 40))).isoformat()
    if status is FactorStatus.FAILED:
        made |= {"provider": _PROVIDERS[kind], "name_match": chance.random() < 0.5}
    return made


def document_number(chance: random.Random, document: DocumentType) -> dict[str, str]:
    """Return a number of the right shape. Area code 999 belongs to no place, so it is nobody's."""
    if document is DocumentType.RESIDENT_ID:
        born = f"{chance.randint(1968, 2005)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        number = with_check_digit(f"999{digits(chance, 3)}{born}{chance.randrange(1000):03d}")
    elif document is DocumentType.PASSPORT:
        number = f"E{digits(chance, 8)}"
    elif document is DocumentType.HK_MACAU_PERMIT:
        number = f"H{digits(chance, 8)}"
    else:
        number = digits(chance, 8)
    return {"number": number, "last4": number[-4:]}


def with_check_digit(first17: str) -> str:
    """Add the last character of a resident identity number (GB 11643, ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first17))
    return first17 + "10X98765432"[total % 11]
