"""Numbers in clear: for a purpose, to people, and never without a trace."""

from typing import Any

import pytest

from apps.audit.models import Action, AuditEvent
from apps.common.actors import system
from apps.common.ciphers import encrypted
from apps.common.errors import Refusal
from apps.identity.errors import NumberUnknown, PurposeMissing, RevealNeedsPerson
from apps.identity.models import FactorKind, FactorStatus, Subject, VerificationFactor
from apps.identity.services.reveal import factor_reveal, number_of
from tests.support.factories import NOON, make_person, person_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject() -> Subject:
    subject = Subject.objects.create(phone_encrypted=encrypted("13800138000"))
    VerificationFactor.objects.create(
        subject=subject,
        kind=FactorKind.BANK_CARD,
        status=FactorStatus.VERIFIED,
        number_encrypted=encrypted("6222020200012345678"),
        updated_at=NOON,
    )
    return subject


def reveal(subject: Subject | None, kind: FactorKind, **changed: Any) -> str:
    asked: dict[str, Any] = {"purpose": "call back", "refund_id": "rfd_1", "case_id": "cas_1", "now": NOON}
    asked |= {"actor": person_actor(make_person())} | changed
    return factor_reveal(subject, kind, **asked)


def test_shows_the_number_and_records_who_what_and_what_for(subject: Subject) -> None:
    li = make_person("li")
    assert reveal(subject, FactorKind.BANK_CARD, actor=person_actor(li)) == "6222020200012345678"
    (event,) = AuditEvent.objects.all()
    assert (event.action, event.person_id, event.reason) == (Action.NUMBER_REVEALED, li.pk, "call back")
    assert (event.refund_id, event.case_id, event.changes) == ("rfd_1", "cas_1", {"factor": "bank_card"})
    assert "6222" not in f"{event.__dict__}"


def test_a_phone_that_was_told_apart_from_the_factor_counts(subject: Subject) -> None:
    assert reveal(subject, FactorKind.PHONE) == "13800138000"
    VerificationFactor.objects.create(
        subject=subject,
        kind=FactorKind.PHONE,
        status=FactorStatus.PENDING,
        number_encrypted=encrypted("13900139000"),
        updated_at=NOON,
    )
    assert number_of(subject, FactorKind.PHONE) == "13900139000"


@pytest.mark.parametrize(
    ("kind", "changed", "refusal"),
    [
        (FactorKind.PHONE, {"purpose": "  "}, PurposeMissing),
        (FactorKind.PHONE, {"actor": system("x")}, RevealNeedsPerson),
        (FactorKind.ID_DOCUMENT, {}, NumberUnknown),
    ],
)
def test_refuses_and_leaves_no_trace(
    subject: Subject, kind: FactorKind, changed: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        reveal(subject, kind, **changed)
    assert not AuditEvent.objects.exists()


def test_nothing_is_known_of_nobody() -> None:
    with pytest.raises(NumberUnknown):
        reveal(None, FactorKind.PHONE)
