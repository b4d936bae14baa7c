from datetime import timedelta

import pytest

from apps.notifications.models import Notice
from apps.reviews.errors import (
    AlreadyEscalated,
    CaseEscalated,
    CaseNotForYou,
    ClaimLost,
    EscalationUnexplained,
    HandOverRefused,
    TakeOverRefused,
)
from apps.reviews.models import Claim, ClaimEnd, Note, ReviewCase
from apps.reviews.selectors import people_for
from apps.reviews.services.appeal import refund_appeal
from apps.reviews.services.claim import case_claim, claim_renew
from apps.reviews.services.pass_on import HANDED_LEASE, case_escalate, claim_hand_over, claim_take_over
from apps.risk.models import RiskOutcome
from apps.risk.policy import SecondReviewRule
from apps.staff.models import Person, Role
from tests.support.factories import (
    APPROVAL,
    DENIAL,
    NOON,
    Desk,
    Goods,
    client_actor,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
)
from tests.support.racing import at_once
from tests.support.snapshots import everything_that_moves

pytestmark = pytest.mark.django_db


def a_desk() -> Desk:
    return open_desk(submit(make_order(make_client(), Goods(3000)), RiskOutcome.REVIEW), make_person("lin"))


def hand_over(desk: Desk, to: Person, note: str = "Look at the card.") -> Claim:
    return claim_hand_over(
        desk.case.pk, to=to, note=note, person=desk.person, token=desk.claim.token, actor=desk.actor, now=NOON
    )


def escalate(desk: Desk, note: str = "May we deny this?") -> None:
    case_escalate(desk.case.pk, note=note, person=desk.person, token=desk.claim.token, actor=desk.actor, now=NOON)


def test_hands_a_case_to_a_colleague_who_is_told() -> None:
    desk, wang = a_desk(), make_person("wang")

    claim = hand_over(desk, wang)

    desk.case.refresh_from_db()
    assert (desk.case.holder, desk.case.leased_until) == (wang, NOON + HANDED_LEASE)
    assert claim.token == desk.claim.token + 1
    assert Claim.objects.get(pk=desk.claim.pk).end == ClaimEnd.HANDED_OVER
    assert Note.objects.get().text == "Look at the card."
    notice = Notice.objects.get()
    assert (notice.person, notice.path) == (wang, f"/cases/{desk.case.pk}/")
    assert notice.words["zh-hans"]["title"] != notice.words["en"]["title"]
    with pytest.raises(ClaimLost):
        desk.decide(APPROVAL)


def test_opens_the_handed_case_under_the_lease_it_was_given() -> None:
    desk, wang = a_desk(), make_person("wang")
    claim = hand_over(desk, wang)

    again = case_claim(desk.case.pk, wang, actor=person_actor(wang), now=NOON + timedelta(minutes=50))

    assert again.token == claim.token


@pytest.mark.parametrize("whom", ["oneself", "switched off", "denied it before"])
def test_refuses_to_hand_a_case_to_who_cannot_take_it(whom: str) -> None:
    desk, other = a_desk(), make_person("wang")
    if whom == "denied it before":
        desk.decide(DENIAL)
        refund_appeal(
            desk.refund.pk,
            client_id=desk.refund.client_id,
            text="It was unused.",
            actor=client_actor(desk.refund.client),
            now=NOON,
        )
        to, desk = desk.person, open_desk(desk.refund, other)
    elif whom == "switched off":
        Person.objects.filter(pk=other.pk).update(is_active=False)
        other.refresh_from_db()
        to = other
    else:
        to = desk.person
    before = everything_that_moves()

    with pytest.raises(HandOverRefused):
        hand_over(desk, to)

    assert everything_that_moves() == before
    assert to not in people_for(ReviewCase.objects.get(pk=desk.case.pk), but=desk.person)


def test_lets_a_supervisor_take_a_case_over_and_makes_the_other_page_stale() -> None:
    desk, boss = a_desk(), make_person("chen", Role.SUPERVISOR)

    claim = claim_take_over(desk.case.pk, boss, actor=person_actor(boss), now=NOON)

    desk.case.refresh_from_db()
    assert (desk.case.holder, desk.case.fence) == (boss, claim.token)
    assert Claim.objects.get(pk=desk.claim.pk).end == ClaimEnd.TAKEN_OVER
    assert Notice.objects.get().person == desk.person
    with pytest.raises(ClaimLost):
        desk.decide(APPROVAL)
    with pytest.raises(ClaimLost):
        claim_renew(desk.case.pk, desk.person, token=desk.claim.token, now=NOON)


@pytest.mark.parametrize("who", ["a reviewer", "its holder", "when nobody holds it"])
def test_refuses_to_take_over(who: str) -> None:
    if who == "its holder":
        boss = make_person("chen", Role.SUPERVISOR)
        case = open_desk(submit(make_order(make_client(), Goods(3000)), RiskOutcome.REVIEW), boss).case
        taker, now = boss, NOON
    else:
        case = a_desk().case
        taker = make_person("wang", Role.REVIEWER if who == "a reviewer" else Role.SUPERVISOR)
        now = NOON if who == "a reviewer" else NOON + timedelta(hours=1)

    with pytest.raises(TakeOverRefused):
        claim_take_over(case.pk, taker, actor=person_actor(taker), now=now)


def test_keeps_a_supervisor_from_taking_over_the_second_look_at_their_own_decision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boss = make_person("chen", Role.SUPERVISOR)
    desk = open_desk(submit(make_order(make_client(), Goods(3000)), RiskOutcome.REVIEW), boss)
    rule = SecondReviewRule(when="", reason="Every decision")
    monkeypatch.setattr("apps.reviews.services.decide.second_review_rules", lambda *_a, **_n: [rule])
    desk.decide(APPROVAL)
    open_desk(desk.refund, make_person("wang"))

    with pytest.raises(CaseNotForYou):
        claim_take_over(desk.case.pk, boss, actor=person_actor(boss), now=NOON)


def test_escalates_to_supervisors_alone_and_tells_each_of_them() -> None:
    desk = a_desk()
    boss, root = make_person("chen", Role.SUPERVISOR), make_person("root", Role.ADMINISTRATOR)
    wang = make_person("wang")

    escalate(desk)

    desk.case.refresh_from_db()
    assert (desk.case.is_escalated, desk.case.holder) == (True, None)
    assert {notice.person for notice in Notice.objects.all()} == {boss, root}
    assert people_for(desk.case, but=boss) == [root]
    for person in (wang, desk.person):
        with pytest.raises(CaseEscalated):
            case_claim(desk.case.pk, person, actor=person_actor(person), now=NOON)
    assert case_claim(desk.case.pk, boss, actor=person_actor(boss), now=NOON).person == boss


def test_refuses_to_escalate_without_a_word_or_twice() -> None:
    desk = a_desk()
    with pytest.raises(EscalationUnexplained):
        escalate(desk, " ")
    escalate(desk)
    boss = make_person("chen", Role.SUPERVISOR)
    claim = case_claim(desk.case.pk, boss, actor=person_actor(boss), now=NOON)

    with pytest.raises(AlreadyEscalated):
        case_escalate(desk.case.pk, note="Again.", person=boss, token=claim.token, actor=person_actor(boss), now=NOON)


@pytest.mark.django_db(transaction=True)
def test_ends_in_one_hand_when_taken_over_and_handed_over_at_once() -> None:
    desk, boss, wang = a_desk(), make_person("chen", Role.SUPERVISOR), make_person("wang")

    def taken() -> str:
        claim_take_over(desk.case.pk, boss, actor=person_actor(boss), now=NOON)
        return "taken"

    def handed() -> str:
        hand_over(desk, wang)
        return "handed"

    outcomes = at_once([taken, handed])

    desk.case.refresh_from_db()
    live = Claim.objects.get(case=desk.case, ended_at__isnull=True)
    assert (live.person, live.token) == (desk.case.holder, desk.case.fence)
    assert live.person == (boss if "taken" in outcomes else wang)
