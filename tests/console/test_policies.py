from typing import Any

import pytest
from django.test import Client

from apps.risk.models import PolicyVersion
from apps.risk.policy import policy_from
from apps.risk.policy.text import policy_text
from apps.staff.models import Person, Role
from tests.console.conftest import signed_in
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db

# session, person, policy in force, versions
LIST_QUERIES = 4
# session, person, version, policy in force, versions
PAGE_QUERIES = 5


@pytest.fixture
def overseer(supervisor: Person) -> Client:
    return signed_in(supervisor)


@pytest.fixture
def second(db: None) -> Client:
    return signed_in(make_person("mensah", Role.SUPERVISOR))


@pytest.fixture
def draft(overseer: Client) -> PolicyVersion:
    overseer.post("/policies/new/", {"based_on": PolicyVersion.objects.get(number=1).pk})
    return PolicyVersion.objects.get(status="draft")


def text_of(version: PolicyVersion) -> str:
    return policy_text(policy_from(version.document))


def save(browser: Client, draft: PolicyVersion, text: str, seen: int = 1, reason: str = "Stricter") -> Any:
    return browser.post(f"/policies/{draft.pk}/edit/", {"text": text, "reason": reason, "seen": seen})


def test_lets_reviewers_read_and_nothing_else(browser: Client) -> None:
    shipped = PolicyVersion.objects.get()
    assert browser.get("/policies/").status_code == 200
    assert "New draft" not in browser.get("/policies/").content.decode()
    assert browser.get(f"/policies/{shipped.pk}/").status_code == 200
    assert browser.get(f"/policies/{shipped.pk}/policy.yaml").content.decode() == text_of(shipped)
    for address in ("new/", f"{shipped.pk}/edit/", f"{shipped.pk}/publish/", f"{shipped.pk}/propose/"):
        assert browser.post(f"/policies/{address}", {"based_on": shipped.pk}).status_code == 403
    assert PolicyVersion.objects.count() == 1


def test_knows_no_version_that_does_not_exist(overseer: Client) -> None:
    for address in ("", "edit/", "policy.yaml"):
        assert overseer.get(f"/policies/pol_none/{address}").status_code == 404
    assert overseer.post("/policies/new/", {"based_on": "pol_none"}).status_code == 404
    assert overseer.post("/policies/pol_none/publish/", {"seen": "1", "reason": "x"}).status_code == 404


def test_shows_every_factor_with_its_points(overseer: Client) -> None:
    tables = overseer.get(f"/policies/{PolicyVersion.objects.get().pk}/").context["tables"]
    fast = next(factor for factor in tables.factors if factor.code == "FAST_REFUND")
    assert [(row.what, row.at, row.points) for row in fast.rows] == [
        ("bands", "10", [15, 10, 5]),
        ("bands", "60", [5, 0, 0]),
    ]
    cycle = next(factor for factor in tables.factors if factor.code == "MONEY_CYCLE")
    assert [(row.what, row.points) for row in cycle.rows] == [
        ("ring.confirmed", [60, 60, 45]),
        ("ring.suspected", [20, 20, 15]),
        ("ring.edge", [0, 0, 0]),
    ]
    velocity = next(factor for factor in tables.factors if factor.code == "REFUND_VELOCITY")
    assert velocity.rows[0].at == "hours 24, baskets 5"
    limits = next(factor for factor in tables.factors if factor.code == "STRUCTURING")
    assert ("within_percent", "5") in limits.others


def test_refuses_mistakes_with_line_and_path_and_keeps_the_text(overseer: Client, draft: PolicyVersion) -> None:
    text = text_of(draft).replace("medium: 25", "medium: x")
    line = next(number for number, each in enumerate(text.splitlines(), start=1) if each.startswith("levels:"))
    answer = save(overseer, draft, text)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"Line {line}" in page
    assert "levels.medium" in page
    assert "medium: x" in page
    assert PolicyVersion.objects.get(pk=draft.pk).revision == 1


def test_refuses_a_stale_page_and_keeps_the_text(overseer: Client, draft: PolicyVersion) -> None:
    save(overseer, draft, text_of(draft), reason="First")
    answer = save(overseer, draft, text_of(draft).replace("medium: 25", "medium: 26"), reason="Second")
    assert answer.status_code == 409
    assert "medium: 26" in answer.content.decode()
    assert PolicyVersion.objects.get(pk=draft.pk).reason == "First"


def test_somebody_else_s_draft_is_not_theirs_to_change(second: Client, draft: PolicyVersion) -> None:
    assert save(second, draft, text_of(draft)).status_code == 403
    assert second.post(f"/policies/{draft.pk}/propose/", {"seen": 1}).status_code == 403
    assert PolicyVersion.objects.get(pk=draft.pk).revision == 1


def test_goes_from_draft_to_force_by_two_people(overseer: Client, second: Client, draft: PolicyVersion) -> None:
    save(overseer, draft, text_of(draft).replace("medium: 25", "medium: 20"))
    page = overseer.get(f"/policies/{draft.pk}/")
    assert [(row.path, row.before, row.after) for row in page.context["changes"]] == [("levels.medium", "25", "20")]
    overseer.post(f"/policies/{draft.pk}/propose/", {"seen": 2})
    own = overseer.post(f"/policies/{draft.pk}/publish/", {"seen": 3, "reason": "Mine"})
    assert own.status_code == 403
    assert "You wrote this version" in own.content.decode()
    silent = second.post(f"/policies/{draft.pk}/publish/", {"seen": 3, "reason": ""})
    assert silent.status_code == 422
    done = second.post(f"/policies/{draft.pk}/publish/", {"seen": 3, "reason": "Backtested"}, follow=True)
    assert "Refunds are weighed by it from now on." in done.content.decode()
    assert PolicyVersion.objects.get(pk=draft.pk).number == 2
    rows = second.get("/policies/").context["rows"]
    assert [(row.name, row.is_in_force) for row in rows] == [("Version 2", True), ("Version 1", False)]


@pytest.mark.parametrize(("verb", "status"), [("reject", "rejected"), ("withdraw", "withdrawn")])
def test_is_rejected_by_another_or_withdrawn_by_its_author(
    overseer: Client, second: Client, draft: PolicyVersion, verb: str, status: str
) -> None:
    save(overseer, draft, text_of(draft))
    overseer.post(f"/policies/{draft.pk}/propose/", {"seen": 2})
    browser = second if verb == "reject" else overseer
    browser.post(f"/policies/{draft.pk}/{verb}/", {"seen": 3, "reason": "No"})
    assert PolicyVersion.objects.get(pk=draft.pk).status == status


def test_compares_with_any_version(overseer: Client, draft: PolicyVersion) -> None:
    save(overseer, draft, text_of(draft).replace("high: 45", "high: 50"))
    shipped = PolicyVersion.objects.get(number=1)
    against = overseer.get(f"/policies/{shipped.pk}/", {"against": draft.pk}).context
    assert [(row.path, row.before, row.after) for row in against["changes"]] == [("levels.high", "50", "45")]
    assert overseer.get(f"/policies/{shipped.pk}/", {"against": "pol_none"}).context["changes"] == []


def test_asks_the_database_as_often_for_many_as_for_few(
    overseer: Client, draft: PolicyVersion, django_assert_num_queries: Any
) -> None:
    for _ in range(4):
        overseer.post("/policies/new/", {"based_on": draft.pk})
    overseer.get("/policies/")  # the session keeps the form token from now on
    with django_assert_num_queries(LIST_QUERIES):
        overseer.get("/policies/")
    with django_assert_num_queries(PAGE_QUERIES):
        overseer.get(f"/policies/{draft.pk}/")
