import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.models import Action, AuditEvent
from apps.audit.services import audit_record
from apps.common.actors import Actor, ActorKind, system
from tests.support.factories import NOON, make_person, person_actor

pytestmark = pytest.mark.django_db


def record() -> AuditEvent:
    audit_record(Action.CASE_CLAIMED, actor=person_actor(make_person()), now=NOON, refund_id="rfd_1")
    return AuditEvent.objects.get()


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE audit_auditevent SET reason = 'other'", "Cannot update or delete"),
        ("DELETE FROM audit_auditevent", "Cannot update or delete"),
        ("TRUNCATE audit_auditevent CASCADE", "append-only"),
    ],
)
def test_refuses_every_change_and_keeps_the_row(statement: str, refusal: str) -> None:
    event = record()

    with pytest.raises(Exception, match=refusal), transaction.atomic(), connection.cursor() as cursor:
        # Without the first half PostgreSQL would refuse TRUNCATE for checks that still wait.
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {statement}")

    assert AuditEvent.objects.get() == event
    assert AuditEvent.objects.get().reason == ""


def test_refuses_a_person_without_a_name_on_file() -> None:
    with pytest.raises(IntegrityError, match="audit_actor_agrees"), transaction.atomic():
        audit_record(Action.CASE_CLAIMED, actor=Actor(ActorKind.PERSON, "nobody"), now=NOON)


def test_knows_the_console_as_an_actor() -> None:
    audit_record(Action.HOLD_RELEASED, actor=system("hold timer"), now=NOON)

    event = AuditEvent.objects.get()
    assert (event.actor_kind, event.actor_name, event.person) == ("system", "hold timer", None)
