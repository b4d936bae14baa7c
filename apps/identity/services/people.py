"""Writing down what clients tell of people, many at once. Numbers are encrypted before they reach SQL."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from apps.common.ciphers import encrypted, keyed_hash
from apps.common.cursors import recurring_cursor
from apps.common.staging import Shape, Value, are_few, assigned, copy_into, listed, reserve_ids, stage, stamp
from apps.identity.matching import number_hash, plain_email, plain_phone, plain_value
from apps.identity.models import FactorKind, Subject, VerificationFactor
from apps.identity.providers.formats import format_of
from apps.identity.records import FactorRecord, PersonRecord

_SUBJECTS = Shape(
    "arriving_subject",
    (
        ("id", "bigint"),
        ("display_name", "text"),
        ("phone_encrypted", "bytea"),
        ("phone_hash", "bytea"),
        ("phone_last4", "text"),
        ("email_encrypted", "bytea"),
        ("email_hash", "bytea"),
    ),
)
_FACTORS = Shape(
    "arriving_factor",
    (
        ("subject_id", "bigint"),
        ("kind", "text"),
        ("status", "text"),
        ("verified_at", "timestamptz"),
        ("expires_at", "timestamptz"),
        ("provider", "text"),
        ("name_match", "boolean"),
        ("document_type", "text"),
        ("number_encrypted", "bytea"),
        ("match_hash", "bytea"),
        ("last4", "text"),
        ("format", "text"),
        ("format_reasons", "text"),
        ("updated_at", "timestamptz"),
    ),
)
# What is known of a person, and of a factor's number, before anything was told.
_UNKNOWN: Mapping[str, Any] = {
    "display_name": "",
    "phone_encrypted": b"",
    "phone_hash": b"",
    "phone_last4": "",
    "email_encrypted": b"",
    "email_hash": b"",
}
_NO_NUMBER: Mapping[str, Any] = {
    "document_type": "",
    "number_encrypted": b"",
    "match_hash": b"",
    "last4": "",
    "format": "",
    "format_reasons": "",
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What one record tells of one subject; a new subject has its id but no row yet."""

    subject_id: int
    is_new: bool
    person: PersonRecord


def subjects_reserve(count: int) -> list[int]:
    """Return ids for subjects to come."""
    if not count:
        return []
    with recurring_cursor() as cursor:
        return reserve_ids(cursor, Subject._meta.db_table, count)


def people_absorb(told: Sequence[Told], *, now: datetime) -> None:
    """Write subjects and factors, in a constant number of statements.

    The rows of the accounts that they belong to must be new or locked: that
    is what keeps two writers of one subject apart.
    """
    if not told:
        return
    new_ids = {one.subject_id for one in told if one.is_new}
    subjects, factors = _subjects(told), _factors(told, now)
    with recurring_cursor() as cursor:
        if are_few(subjects) and are_few(factors):
            _write_few(cursor, subjects, factors)
        else:
            _write(cursor, Subject, _SUBJECTS, _upsert_subjects, _apart(subjects, "id", new_ids))
            _write(cursor, VerificationFactor, _FACTORS, _upsert_factors, _apart(factors, "subject_id", new_ids))


def _write_few(cursor: CursorWrapper, subjects: list[Row], factors: list[Row]) -> None:
    """Write both kinds of rows by one statement."""
    if subjects or factors:
        of_subjects = stage(cursor, _SUBJECTS, _values(_SUBJECTS, subjects))
        of_factors = stage(cursor, _FACTORS, _values(_FACTORS, factors))
        cursor.execute(_upsert_both(), of_subjects.parameters | of_factors.parameters)


def _apart(rows: Sequence[Row], subject: str, new_ids: Collection[int]) -> tuple[list[Row], list[Row]]:
    """Return the rows of new subjects, and those of subjects that were there."""
    return [row for row in rows if row[subject] in new_ids], [row for row in rows if row[subject] not in new_ids]


def _write(
    cursor: CursorWrapper,
    model: type[Subject | VerificationFactor],
    shape: Shape,
    upsert: Callable[..., str],
    rows: tuple[list[Row], list[Row]],
) -> None:
    fresh, others = (_values(shape, part) for part in rows)
    if are_few(fresh):
        others = [*fresh, *others]
    else:
        # Nobody else can have written what belongs to a new subject.
        copy_into(cursor, model._meta.db_table, shape.names, fresh)
    if others:
        staged = stage(cursor, shape, others)
        cursor.execute(upsert(few=staged.few), staged.parameters)


def _values(shape: Shape, rows: Sequence[Row]) -> list[tuple[Value, ...]]:
    return [tuple(_value(row[name]) for name in shape.names) for row in rows]


def _value(value: Any) -> Value:
    if isinstance(value, memoryview):
        return bytes(value)
    return stamp(value) if isinstance(value, datetime) else value


def _subjects(told: Sequence[Told]) -> list[Row]:
    ids = [one.subject_id for one in told if not one.is_new]
    present: dict[int, Mapping[str, Any]] = {}
    if ids:
        present = {row["id"]: row for row in Subject.objects.filter(pk__in=ids).values("id", *_UNKNOWN)}
    rows = []
    for one in told:
        before = present.get(one.subject_id, _UNKNOWN)
        after = {**before, **_person_told(before, one.person), "id": one.subject_id}
        if one.is_new or after != before:
            rows.append(after)
    return rows


def _person_told(before: Mapping[str, Any], person: PersonRecord) -> Row:
    """Return what is named and differs. An equal value is not encrypted again."""
    named = person.model_fields_set
    told: Row = {}
    if "display_name" in named:
        told["display_name"] = person.display_name or ""
    if "phone" in named:
        plain = plain_phone(person.phone or "")
        told_hash = keyed_hash(FactorKind.PHONE.value, plain)
        if told_hash != bytes(before["phone_hash"]):
            told |= {"phone_hash": told_hash, "phone_encrypted": encrypted(person.phone or "" if plain else "")}
            told["phone_last4"] = plain[-4:]
    if "email" in named:
        told_hash = keyed_hash("email", plain_email(person.email or ""))
        if told_hash != bytes(before["email_hash"]):
            told |= {"email_hash": told_hash, "email_encrypted": encrypted(person.email or "" if told_hash else "")}
    return told


def _factors(told: Sequence[Told], now: datetime) -> list[Row]:
    with_factors = [(one, one.person.verification.factors) for one in told if one.person.verification is not None]
    ids = [one.subject_id for one, _factors in with_factors if not one.is_new]
    present: dict[tuple[int, str], Row] = {}
    if ids:
        rows = VerificationFactor.objects.filter(subject_id__in=ids).values("subject_id", "kind", *_NO_NUMBER)
        present = {(row["subject_id"], row["kind"]): row for row in rows}
    return [
        {"subject_id": one.subject_id, "kind": kind.value, "updated_at": now}
        | _state_told(record)
        | _number_told(present.get((one.subject_id, kind.value), _NO_NUMBER), kind, record)
        for one, factors in with_factors
        for kind, record in factors.items()
    ]


def _state_told(record: FactorRecord) -> Row:
    return {
        "status": record.status.value,
        "verified_at": record.verified_at,
        "expires_at": record.expires_at,
        "provider": record.provider or "",
        "name_match": record.name_match,
    }


def _number_told(before: Mapping[str, Any], kind: FactorKind, record: FactorRecord) -> Row:
    """Return what identifies the factor: as before, unless it is named."""
    named = record.model_fields_set
    told: Row = {name: before[name] for name in _NO_NUMBER}
    if "document_type" in named:
        told["document_type"] = record.document_type.value if record.document_type else ""
    if "last4" in named:
        told["last4"] = record.last4 or ""
    if named.isdisjoint({"number", "fingerprint"}):
        return told
    plain = plain_value(kind, record.number or "")
    told_hash = number_hash(kind, record.number or "") or keyed_hash(
        f"{kind.value} fingerprint", record.fingerprint or ""
    )
    if told_hash != bytes(before["match_hash"]):
        told |= {"match_hash": told_hash, "number_encrypted": encrypted(record.number or "")}
        told["last4"] = record.last4 or plain[-4:]
    elif told["document_type"] == before["document_type"]:
        return told
    return told | _format_told(kind, record.number or "", told["document_type"])


def _format_told(kind: FactorKind, number: str, document_type: str) -> Row:
    """Look at a number while it is in clear: from here on it is stored encrypted."""
    if not number:
        return {"format": "", "format_reasons": ""}
    check = format_of(kind, number, document_type=document_type, region=settings.REVIEWCONSOLE_PHONE_REGION)
    return {"format": check.outcome.value, "format_reasons": ",".join(check.reasons)}


@cache
def _upsert_subjects(*, few: bool) -> str:
    statement = sql.SQL(
        "INSERT INTO identity_subject ({columns}) SELECT {columns} FROM {sent}"
        " ON CONFLICT (id) DO UPDATE SET {assigned}"
    )
    return statement.format(
        columns=listed(_SUBJECTS.names),
        sent=_SUBJECTS.relation(few=few),
        assigned=assigned(_SUBJECTS.names[1:], source="excluded"),
    ).as_string()


@cache
def _upsert_factors(*, few: bool) -> str:
    statement = sql.SQL(
        "INSERT INTO identity_verificationfactor ({columns}) SELECT {columns} FROM {sent}"
        " ON CONFLICT (subject_id, kind) DO UPDATE SET {assigned}"
    )
    return statement.format(
        columns=listed(_FACTORS.names),
        sent=_FACTORS.relation(few=few),
        assigned=assigned(_FACTORS.names[2:], source="excluded"),
    ).as_string()


@cache
def _upsert_both() -> str:
    return f"WITH subjects AS ({_upsert_subjects(few=True)}) {_upsert_factors(few=True)}"
