"""Versions of the policy: whose, in what order, by how many people, and from when refunds are weighed by it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError
from pytest_django import DjangoAssertNumQueries

from apps.audit.models import AuditEvent
from apps.common.actors import Actor, system
from apps.risk.errors import (
    AuthorDecides,
    NotTheAuthor,
    PolicyChangedMeanwhile,
    PolicyFlawed,
    PolicyNotOpen,
    PolicyReasonMissing,
    PolicyUnknown,
)
from apps.risk.models import PolicyStatus, PolicyVersion
from apps.risk.policy import Policy, policy_from
from apps.risk.selectors.policies import policy_in_force, policy_that_weighed, version_of
from apps.risk.services.assess import refunds_assess
from apps.risk.services.policies import (
    policy_change,
    policy_draft,
    policy_propose,
    policy_publish,
    policy_reject,
    policy_withdraw,
)
from apps.staff.models import Role
from tests.risk.calm import NOON, POLICY
from tests.risk.platform import DAY, make_platform
from tests.risk.stored import draft_of
from tests.support.factories import make_person, person_actor
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db

LATER = NOON + DAY
QUEUES = frozenset({"standard"})


def changed(**parts: Any) -> Policy:
    return policy_from(POLICY.model_dump(mode="json", exclude_none=True) | parts)


STRICTER = changed(levels={"medium": 10, "high": 20, "critical": 30})


@pytest.fixture
def author() -> Actor:
    return person_actor(make_person(role=Role.SUPERVISOR))


@pytest.fixture
def second() -> Actor:
    return person_actor(make_person(role=Role.SUPERVISOR))


@pytest.fixture
def draft(author: Actor) -> PolicyVersion:
    return policy_draft(STRICTER, reason="Too many cash-outs get through.", based_on=None, actor=author, now=NOON)


@pytest.fixture
def proposed(draft: PolicyVersion, author: Actor) -> PolicyVersion:
    return policy_propose(draft.pk, seen=1, queues=QUEUES, actor=author, now=NOON)


def stands(version: PolicyVersion) -> tuple[str, int, int | None]:
    found = PolicyVersion.objects.get(pk=version.pk)
    return found.status, found.revision, found.number


def test_begins_with_the_policy_that_the_product_comes_with() -> None:
    shipped = PolicyVersion.objects.get()
    assert (shipped.number, shipped.status, shipped.author, shipped.decided_by) == (1, "published", None, None)
    assert (policy_in_force().number, policy_in_force().policy) == (1, POLICY)


def test_a_draft_is_its_author_s(draft: PolicyVersion, second: Actor) -> None:
    steps: list[Callable[[], object]] = [
        lambda: policy_change(draft.pk, POLICY, reason="", seen=1, actor=second, now=LATER),
        lambda: policy_propose(draft.pk, seen=1, queues=QUEUES, actor=second, now=LATER),
        lambda: policy_withdraw(draft.pk, seen=1, actor=second, now=LATER),
        lambda: policy_withdraw(draft.pk, seen=1, actor=system("clock"), now=LATER),
    ]
    for step in steps:
        with pytest.raises(NotTheAuthor):
            step()
    assert stands(draft) == ("draft", 1, None)


def test_nobody_decides_on_what_they_wrote(proposed: PolicyVersion, author: Actor) -> None:
    steps: list[Callable[[], object]] = [
        lambda: policy_publish(proposed.pk, reason="Good", seen=2, queues=QUEUES, actor=author, now=LATER),
        lambda: policy_reject(proposed.pk, reason="Bad", seen=2, actor=author, now=LATER),
    ]
    for step in steps:
        with pytest.raises(AuthorDecides):
            step()
    assert stands(proposed) == ("proposed", 2, None)


def test_the_database_wants_a_second_person_too(proposed: PolicyVersion, author: Actor) -> None:
    with pytest.raises(IntegrityError, match="policy_decided_by_a_second_person"), transaction.atomic():
        PolicyVersion.objects.filter(pk=proposed.pk).update(
            status=PolicyStatus.PUBLISHED, number=2, decided_by_id=author.person_id
        )
    with pytest.raises(IntegrityError, match="policy_published_by_somebody"), transaction.atomic():
        PolicyVersion.objects.filter(pk=proposed.pk).update(status=PolicyStatus.PUBLISHED, number=2)


def test_only_what_is_proposed_is_decided_on(draft: PolicyVersion, second: Actor) -> None:
    with pytest.raises(PolicyNotOpen) as refusal:
        policy_publish(draft.pk, reason="Good", seen=1, queues=QUEUES, actor=second, now=LATER)
    assert refusal.value.detail == "This version is Draft; that is not possible any more."
    with pytest.raises(PolicyNotOpen):
        policy_reject(draft.pk, reason="Bad", seen=1, actor=second, now=LATER)
    assert stands(draft) == ("draft", 1, None)


def test_says_why(author: Actor, proposed: PolicyVersion, second: Actor) -> None:
    silent = policy_draft(STRICTER, reason="  ", based_on=None, actor=author, now=NOON)
    with pytest.raises(PolicyReasonMissing):
        policy_propose(silent.pk, seen=1, queues=QUEUES, actor=author, now=NOON)
    with pytest.raises(PolicyReasonMissing):
        policy_publish(proposed.pk, reason=" ", seen=2, queues=QUEUES, actor=second, now=LATER)
    with pytest.raises(PolicyReasonMissing):
        policy_reject(proposed.pk, reason="", seen=2, actor=second, now=LATER)
    assert [stands(silent), stands(proposed)] == [("draft", 1, None), ("proposed", 2, None)]


def test_does_not_act_on_what_the_person_did_not_see(draft: PolicyVersion, author: Actor, second: Actor) -> None:
    policy_change(draft.pk, POLICY, reason="Softer", seen=1, actor=author, now=LATER)
    with pytest.raises(PolicyChangedMeanwhile):
        policy_change(draft.pk, STRICTER, reason="Stricter", seen=1, actor=author, now=LATER)
    with pytest.raises(PolicyChangedMeanwhile):
        policy_propose(draft.pk, seen=1, queues=QUEUES, actor=author, now=LATER)
    assert PolicyVersion.objects.get(pk=draft.pk).reason == "Softer"


def test_names_no_queue_that_is_not_there(author: Actor, second: Actor) -> None:
    routed = changed(queues=[{"when": "amount > 1", "queue": "vip"}])
    version = policy_draft(routed, reason="Whales", based_on=None, actor=author, now=NOON)
    with pytest.raises(PolicyFlawed):
        policy_propose(version.pk, seen=1, queues=QUEUES, actor=author, now=NOON)
    policy_propose(version.pk, seen=1, queues={"vip"}, actor=author, now=NOON)
    with pytest.raises(PolicyFlawed):
        policy_publish(version.pk, reason="Good", seen=2, queues=QUEUES, actor=second, now=NOON)
    assert stands(version) == ("proposed", 2, None)


def test_knows_no_version_that_does_not_exist(author: Actor) -> None:
    with pytest.raises(PolicyUnknown):
        policy_withdraw("pol_none", seen=1, actor=author, now=NOON)
    with pytest.raises(PolicyUnknown):
        version_of("pol_none")


def test_refunds_are_weighed_by_what_was_published_from_then_on(
    proposed: PolicyVersion, second: Actor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    platform = make_platform()
    refund = draft_of(platform.refund(platform.order(platform.account(age=5 * DAY), ago=DAY)))
    (before,) = refunds_assess([refund], now=NOON)
    published = policy_publish(proposed.pk, reason="Good", seen=2, queues=QUEUES, actor=second, now=LATER)
    assert (published.number, published.decided_by_id, published.decided_at) == (2, second.person_id, LATER)
    with django_assert_num_queries(2):
        refunds_assess([refund], now=LATER)
    with django_assert_num_queries(1):
        (after,) = refunds_assess([refund], now=LATER)
    assert (before.policy_version, after.policy_version) == (1, 2)
    assert before.score == after.score == 20
    assert (before.level, after.level) == ("low", "high")
    assert policy_that_weighed(1).policy == POLICY
    assert policy_that_weighed(2).policy == STRICTER
    assert policy_that_weighed(77).policy == POLICY


def test_a_rejected_version_weighs_nothing(proposed: PolicyVersion, second: Actor) -> None:
    policy_reject(proposed.pk, reason="Would drown us", seen=2, actor=second, now=LATER)
    assert stands(proposed) == ("rejected", 3, None)
    assert policy_in_force().number == 1


@pytest.mark.parametrize("is_proposed", [False, True])
def test_an_author_takes_it_back(draft: PolicyVersion, author: Actor, *, is_proposed: bool) -> None:
    if is_proposed:
        policy_propose(draft.pk, seen=1, queues=QUEUES, actor=author, now=NOON)
    policy_withdraw(draft.pk, seen=1 + is_proposed, actor=author, now=LATER)
    assert stands(draft)[0] == "withdrawn"


def test_what_is_decided_stays_as_it_is(proposed: PolicyVersion, second: Actor, author: Actor) -> None:
    with pytest.raises(DatabaseError, match="proposed stays as it is"), transaction.atomic():
        PolicyVersion.objects.filter(pk=proposed.pk).update(document={})
    policy_publish(proposed.pk, reason="Good", seen=2, queues=QUEUES, actor=second, now=LATER)
    with pytest.raises(DatabaseError, match="decided on stays as it is"), transaction.atomic():
        PolicyVersion.objects.filter(pk=proposed.pk).update(reason="Another")
    with pytest.raises(DatabaseError, match="decided on stays as it is"), transaction.atomic():
        PolicyVersion.objects.filter(number=1).delete()
    with pytest.raises(PolicyNotOpen):
        policy_withdraw(proposed.pk, seen=3, actor=author, now=LATER)


def test_every_step_is_on_record(draft: PolicyVersion, author: Actor, second: Actor) -> None:
    policy_change(draft.pk, POLICY, reason="Softer", seen=1, actor=author, now=NOON)
    policy_propose(draft.pk, seen=2, queues=QUEUES, actor=author, now=NOON)
    policy_publish(draft.pk, reason="Good", seen=3, queues=QUEUES, actor=second, now=LATER)
    told = AuditEvent.objects.filter(subject=draft.pk).order_by("id")
    assert [(event.action, event.person_id, event.reason) for event in told] == [
        ("policy.drafted", author.person_id, "Too many cash-outs get through."),
        ("policy.changed", author.person_id, "Softer"),
        ("policy.proposed", author.person_id, "Softer"),
        ("policy.published", second.person_id, "Good"),
    ]
    assert told[3].changes == {"status": ["proposed", "published"], "number": 2}


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_each_gets_a_number_of_its_own(author: Actor, second: Actor) -> None:
    versions = [policy_draft(STRICTER, reason="Why", based_on=None, actor=author, now=NOON) for _ in range(4)]
    for version in versions:
        policy_propose(version.pk, seen=1, queues=QUEUES, actor=author, now=NOON)

    def publish(version: PolicyVersion) -> str:
        return str(policy_publish(version.pk, reason="Good", seen=2, queues=QUEUES, actor=second, now=LATER).number)

    numbers = at_once([lambda version=version: publish(version) for version in versions])  # type: ignore[misc]
    assert sorted(map(int, numbers)) == list(range(min(map(int, numbers)), min(map(int, numbers)) + 4))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told(author: Actor, second: Actor) -> None:
    version = policy_draft(STRICTER, reason="Why", based_on=None, actor=author, now=NOON)
    policy_propose(version.pk, seen=1, queues=QUEUES, actor=author, now=NOON)
    third = person_actor(make_person(role=Role.SUPERVISOR))

    def publish() -> str:
        try:
            policy_publish(version.pk, reason="Good", seen=2, queues=QUEUES, actor=second, now=LATER)
        except PolicyNotOpen:
            return "told"
        return "done"

    def reject() -> str:
        try:
            policy_reject(version.pk, reason="Bad", seen=2, actor=third, now=LATER)
        except PolicyNotOpen:
            return "told"
        return "done"

    assert sorted(at_once([publish, reject])) == ["done", "told"]
