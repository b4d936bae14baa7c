"""What is stored of people, and what is not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.ciphers import decrypted, keyed_hash
from apps.identity.models import Subject, VerificationFactor
from apps.identity.records import PersonRecord
from apps.identity.services.people import Told, people_absorb, subjects_reserve
from tests.support.factories import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
NUMBER = "11010519491231002X"


def tell(subject: int | None = None, **members: Any) -> int:
    """Tell of a subject, a new one unless it is named; return its id."""
    subject_id = subject or subjects_reserve(1)[0]
    told = Told(subject_id, subject is None, PersonRecord.model_validate(members))
    people_absorb([told], now=LATER if subject else NOON)
    return subject_id


def test_keeps_no_value_in_clear() -> None:
    verification = {
        "phone": {"status": "verified", "number": "+86 139 1111 2222"},
        "id_document": {"status": "verified", "number": NUMBER},
        "bank_card": {"status": "verified", "fingerprint": "fp-of-the-client"},
    }
    tell(phone="+8613800138000", email="ming@example.com", verification=verification)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s::text FROM identity_subject s UNION ALL SELECT f::text FROM identity_verificationfactor f"
        )
        stored = " ".join(row[0] for row in cursor.fetchall())
    for secret in ("13800138000", "1111", "example.com", NUMBER, NUMBER[:-4], "fp-of-the-client"):
        assert secret not in stored
        assert secret.encode().hex() not in stored


def test_keeps_values_readable_for_those_who_hold_the_key() -> None:
    tell(
        phone="+86 138-0013-8000",
        email="Ming@example.com",
        verification={"phone": {"status": "pending", "number": "+8613800138000"}},
    )

    subject = Subject.objects.get()
    assert decrypted(bytes(subject.phone_encrypted)) == "+86 138-0013-8000"
    assert decrypted(bytes(subject.email_encrypted)) == "Ming@example.com"
    assert subject.phone_last4 == "8000"
    factor = VerificationFactor.objects.get()
    assert decrypted(bytes(factor.number_encrypted)) == "+8613800138000"
    assert factor.last4 == "8000"


def test_the_phone_and_the_phone_factor_meet() -> None:
    tell(phone="+8613800138000")
    tell(verification={"phone": {"status": "verified", "number": "+86 138 0013 8000"}})

    factor = VerificationFactor.objects.get()
    assert Subject.objects.filter(phone_hash=bytes(factor.match_hash)).count() == 1


def test_equal_numbers_of_different_kinds_do_not_meet() -> None:
    verification = {
        "id_document": {"status": "verified", "number": "12345678"},
        "bank_card": {"status": "verified", "number": "12345678"},
    }
    tell(verification=verification)

    one, other = VerificationFactor.objects.all()
    assert bytes(one.match_hash) != bytes(other.match_hash)


def test_takes_the_fingerprint_where_there_is_no_number() -> None:
    tell(verification={"bank_card": {"status": "verified", "fingerprint": "fp", "last4": "6789"}})

    factor = VerificationFactor.objects.get()
    assert bytes(factor.match_hash) == keyed_hash("bank_card fingerprint", "fp")
    assert (bytes(factor.number_encrypted), factor.last4) == (b"", "6789")


def test_a_later_state_keeps_number_and_document_and_replaces_the_rest() -> None:
    first = {
        "status": "verified",
        "verified_at": "2026-01-01T00:00:00Z",
        "provider": "NCIIC",
        "name_match": True,
        "document_type": "passport",
        "number": NUMBER,
    }
    subject_id = tell(verification={"id_document": first})

    tell(subject_id, verification={"id_document": {"status": "expired"}})

    factor = VerificationFactor.objects.get()
    assert (factor.status, factor.verified_at, factor.provider, factor.name_match) == ("expired", None, "", None)
    assert (factor.document_type, factor.last4, factor.updated_at) == ("passport", "002X", LATER)
    assert decrypted(bytes(factor.number_encrypted)) == NUMBER


def test_leaves_the_factors_that_are_not_told_of() -> None:
    subject_id = tell(verification={"phone": {"status": "verified"}})

    tell(subject_id, verification={"phone": None, "bank_card": {"status": "pending"}})

    assert set(VerificationFactor.objects.values_list("kind", "status")) == {
        ("phone", "verified"),
        ("bank_card", "pending"),
    }


def test_does_not_encrypt_an_equal_value_again() -> None:
    subject_id = tell(
        display_name="Ming", phone="+8613800138000", verification={"phone": {"status": "pending", "number": NUMBER}}
    )
    before = (bytes(Subject.objects.get().phone_encrypted), bytes(VerificationFactor.objects.get().number_encrypted))

    tell(
        subject_id,
        display_name="Hong",
        phone="+86 138 0013 8000",
        verification={"phone": {"status": "verified", "number": NUMBER}},
    )

    subject, factor = Subject.objects.get(), VerificationFactor.objects.get()
    assert (subject.display_name, factor.status) == ("Hong", "verified")
    assert (bytes(subject.phone_encrypted), bytes(factor.number_encrypted)) == before


def test_null_erases_contact_values() -> None:
    subject_id = tell(display_name="Ming", phone="+8613800138000", email="ming@example.com")

    tell(subject_id, display_name=None, phone=None, email=None)

    assert Subject.objects.values_list(
        "display_name", "phone_encrypted", "phone_hash", "phone_last4", "email_encrypted", "email_hash"
    ).get() == ("", b"", b"", "", b"", b"")


def test_takes_the_same_number_of_statements_for_any_number_of_people() -> None:
    def statements(count: int) -> int:
        ids = subjects_reserve(count)
        person = PersonRecord.model_validate({"phone": "1", "verification": {"phone": {"status": "pending"}}})
        people_absorb([Told(subject_id, True, person) for subject_id in ids[: count // 2]], now=NOON)
        with CaptureQueriesContext(connection) as queries:
            told = [Told(subject_id, index >= count // 2, person) for index, subject_id in enumerate(ids)]
            people_absorb(told, now=NOON)
        return len(queries)

    assert statements(4) == statements(90) == 3
    # Rows of new people go by COPY, which is none of the statements counted here.
    assert statements(600) == statements(900) == 7


def test_reserves_ids_that_are_free() -> None:
    used = tell(display_name="Ming")

    reserved = subjects_reserve(3)

    assert len(set(reserved)) == 3
    assert used not in reserved
    assert subjects_reserve(0) == []
