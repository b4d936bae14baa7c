import pytest

from apps.notifications.models import Notice
from apps.reviews.errors import CaseUnknown, NoteEmpty
from apps.reviews.models import Note
from apps.reviews.services.note import note_add
from apps.risk.models import RiskOutcome
from apps.staff.models import Person
from tests.support.factories import NOON, Desk, Goods, make_client, make_order, make_person, open_desk, submit
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


def a_desk() -> Desk:
    return open_desk(submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW))


def test_refuses_an_empty_note_and_an_unknown_case() -> None:
    desk = a_desk()
    before = everything_that_moves()

    with pytest.raises(NoteEmpty):
        note_add(desk.case.id, text=" \n", author=desk.person, actor=desk.actor, now=NOON)
    with pytest.raises(CaseUnknown):
        note_add("cas_none", text="seen before", author=desk.person, actor=desk.actor, now=NOON)

    assert everything_that_moves() == before


def test_stays_with_the_refund_for_every_later_case() -> None:
    desk = a_desk()

    note_add(desk.case.id, text="  seen before ", author=desk.person, actor=desk.actor, now=NOON)

    note = Note.objects.get()
    assert (note.refund, note.author, note.text) == (desk.refund, desk.person, "seen before")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@wang please look", {"wang"}),
        ("Ask @WANG and @emma.", {"wang", "emma"}),
        ("请@wang看一下", {"wang"}),
        ("mail wang@example.com", set()),
        ("@lin to myself", set()),
        ("@nobody @off", set()),
    ],
)
def test_tells_who_is_mentioned(text: str, told: set[str]) -> None:
    desk = open_desk(submit(make_order(make_client(), Goods(3000)), RiskOutcome.REVIEW), make_person("lin"))
    for name in ("wang", "emma", "off"):
        make_person(name)
    Person.objects.filter(username="off").update(is_active=False)

    note_add(desk.case.pk, text=text, author=desk.person, actor=desk.actor, now=NOON)

    notices = Notice.objects.select_related("person")
    assert {notice.person.username for notice in notices} == told
    assert {notice.path for notice in notices} <= {f"/cases/{desk.case.pk}/"}
