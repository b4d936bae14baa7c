"""Writing down what clients tell of people, many at once. Numbers are encrypted before they reach SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from apps.common.ciphers import encrypted, keyed_hash
from apps.identity.matching import plain_email, plain_number, plain_phone
from apps.identity.models import FactorKind, Subject, VerificationFactor
from apps.identity.records import FactorRecord, PersonRecord

_SUBJECT_COLUMNS = [field.name for field in Subject._meta.concrete_fields if not field.primary_key]
_FACTOR_KEY = ["subject", "kind"]
_FACTOR_COLUMNS = [
    field.name
    for field in VerificationFactor._meta.concrete_fields
    if not field.primary_key and field.name not in _FACTOR_KEY
]


@dataclass(frozen=True)
class Told:
    """What one record tells of one subject; a new subject has its id but no row yet."""

    subject_id: int
    is_new: bool
    person: PersonRecord


def subjects_reserve(count: int) -> list[int]:
    """Return ids that nobody else will get. Those that stay unused are lost, which costs nothing."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('identity_subject', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def people_absorb(told: Sequence[Told], *, now: datetime) -> None:
    """Write subjects and factors, in at most four statements.

    The rows of the accounts that they belong to must be new or locked: that
    is what keeps two writers of one subject apart.
    """
    if not told:
        return
    _absorb_subjects(told)
    _absorb_factors([one for one in told if one.person.verification is not None], now)


def _absorb_subjects(told: Sequence[Told]) -> None:
    present = _present_subjects([one.subject_id for one in told if not one.is_new])
    changed = []
    for one in told:
        subject = present.get(one.subject_id) or Subject(pk=one.subject_id)
        if _tell(subject, one.person) or one.is_new:
            changed.append(subject)
    Subject.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=_SUBJECT_COLUMNS)


def _present_subjects(ids: Sequence[int]) -> Mapping[int, Subject]:
    return Subject.objects.in_bulk(ids) if ids else {}


def _tell(subject: Subject, person: PersonRecord) -> bool:
    """Set what is named, and say whether anything changed. An equal value is not encrypted again."""
    before = (subject.display_name, bytes(subject.phone_hash), bytes(subject.email_hash))
    if "display_name" in person.model_fields_set:
        subject.display_name = person.display_name or ""
    if "phone" in person.model_fields_set:
        plain = plain_phone(person.phone or "")
        told = keyed_hash(FactorKind.PHONE, plain)
        if told != before[1]:
            subject.phone_hash, subject.phone_encrypted = told, encrypted(person.phone or "")
            subject.phone_last4 = plain[-4:]
    if "email" in person.model_fields_set:
        told = keyed_hash("email", plain_email(person.email or ""))
        if told != before[2]:
            subject.email_hash, subject.email_encrypted = told, encrypted(person.email or "")
    return before != (subject.display_name, bytes(subject.phone_hash), bytes(subject.email_hash))


def _absorb_factors(told: Sequence[Told], now: datetime) -> None:
    present = _present_factors([one.subject_id for one in told if not one.is_new])
    factors = []
    for one in told:
        verification = one.person.verification
        for kind, record in verification.factors.items() if verification is not None else ():
            factor = present.get((one.subject_id, kind)) or VerificationFactor(subject_id=one.subject_id, kind=kind)
            _tell_factor(factor, record, now)
            # Rows meet by subject and kind; ids here and there would make two statements of one.
            factor.pk = None
            factors.append(factor)
    VerificationFactor.objects.bulk_create(
        factors, update_conflicts=True, unique_fields=_FACTOR_KEY, update_fields=_FACTOR_COLUMNS
    )


def _present_factors(subject_ids: Sequence[int]) -> Mapping[tuple[int, str], VerificationFactor]:
    if not subject_ids:
        return {}
    rows = VerificationFactor.objects.filter(subject_id__in=subject_ids)
    return {(factor.subject_id, factor.kind): factor for factor in rows}


def _tell_factor(factor: VerificationFactor, record: FactorRecord, now: datetime) -> None:
    factor.status = record.status
    factor.verified_at = record.verified_at
    factor.expires_at = record.expires_at
    factor.provider = record.provider or ""
    factor.name_match = record.name_match
    factor.updated_at = now
    if "document_type" in record.model_fields_set:
        factor.document_type = record.document_type or ""
    if "last4" in record.model_fields_set:
        factor.last4 = record.last4 or ""
    if not record.model_fields_set.isdisjoint({"number", "fingerprint"}):
        _tell_number(factor, record)


def _tell_number(factor: VerificationFactor, record: FactorRecord) -> None:
    plain = plain_number(record.number or "")
    if factor.kind == FactorKind.PHONE:
        # The factor's number and the account's own phone must meet.
        plain = plain_phone(plain)
    told = keyed_hash(factor.kind, plain) or keyed_hash(f"{factor.kind} fingerprint", record.fingerprint or "")
    if told == bytes(factor.match_hash):
        return
    factor.match_hash, factor.number_encrypted = told, encrypted(record.number or "")
    if plain and record.last4 is None:
        factor.last4 = plain[-4:]
