"""Every page and state against rules that others wrote (axe-core: WCAG 2.2 AA, best practice), and what those miss."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from apps.payouts.models import Hold
from apps.refunds.models import Refund
from apps.reviews.models import ReviewCase
from apps.reviews.services.claim import case_claim
from apps.reviews.services.decide import case_decide
from apps.risk.policy import SecondReviewRule
from apps.staff.models import Person
from tests.browser.conftest import Open, keep_picture, make_people, sign_in
from tests.support.bodies import suspect_refund
from tests.support.factories import APPROVAL, DENIAL, person_actor
from tests.support.platform import Platform
from tools.npm_packages import installed

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.loopback,
    pytest.mark.xdist_group("browser"),
    # A browser that leaves a page drops its requests, and the test server's threads their connections with them.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    # axe measures contrast with styles of its own, which the pages' policy refuses; it has other ways.
    pytest.mark.expects_complaints("Applying inline style violates"),
]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = [
    "/queue/",
    "/queue/?sort=value&level=low",
    "/queue/?q=648",
    "/claims/",
    "/me/",
    "/me/notices/",
    "/holds/",
    "/policies/",
    "/rings/",
    "/monitors/",
    "/alerts/",
    "/alerts/subscriptions/",
    "/notices/",
    "/webhooks/",
    "/clients/",
    "/backtests/",
    "/audit/",
    "/queues/",
    "/calendars/",
    "/calendars/new/",
    "/texts/",
    "/timers/",
    "/texts/consumed/",
    "/nowhere/",
]
LOOKS = [("en", "light"), ("en", "dark"), ("zh-hans", "light"), ("zh-hans", "dark")]


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker, as a script."""
    return (installed("page_checker") / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> dict[str, ReviewCase]:
    """Cases in every state that a page shows: open and linked, decided, settling, waiting for a second person, held."""
    now = timezone.now()
    make_people(now)
    platform = Platform()
    names = ["open", "denied", "held", "second", "settling"]
    cases = {}
    for name in names:
        refund = platform.post("/refunds", suspect_refund(name, now))
        cases[name] = ReviewCase.objects.get(refund_id=refund["id"])
    # All of one account, so that they are linked.
    first = Refund.objects.get(cases=cases["open"])
    Refund.objects.update(account=first.account_id)
    emma = Person.objects.get(username="emma")
    for name, verdict, window in (("denied", DENIAL, 0), ("held", APPROVAL, 0), ("settling", DENIAL, 3600)):
        decide(cases[name], emma, verdict, now, window)
    rule = SecondReviewRule(when="", reason="A large denial")
    with monkeypatch.context() as patch:
        patch.setattr("apps.reviews.services.decide.second_review_rules", lambda *_a, **_n: [rule])
        decide(cases["second"], emma, DENIAL, now, 0)
    assert Hold.objects.exists()
    return cases


def decide(case: ReviewCase, person: Person, verdict: Any, now: datetime, window: int) -> None:
    actor = person_actor(person)
    claim = case_claim(case.pk, person, actor=actor, now=now)
    undo_for = timedelta(seconds=window)
    case_decide(case.pk, verdict, person=person, token=claim.token, actor=actor, now=now, undo_for=undo_for)


def dress(page: Page, language: str, theme: str) -> None:
    for name, value in (("language", language), ("theme", theme)):
        with page.expect_navigation():
            page.locator(f"form[action='/{name}/'] button[value={value}]").evaluate("button => button.click()")


# What the rules cannot see: a picture that tells nothing to who does not see it, what can only be dragged, an order of
# focus that is not that of the page.
UNSEEN = """() => [
    ...[...document.querySelectorAll('svg[role=img]')]
        .filter(picture => picture.querySelector('circle, rect, path, line'))
        .filter(picture => !picture.closest('section, main').querySelector('table'))
        .map(picture => `a picture without its table: ${picture.getAttribute('aria-label')}`),
    ...[...document.querySelectorAll('[draggable=true]')].map(each => `only dragged: ${each.outerHTML.slice(0, 80)}`),
    ...[...document.querySelectorAll('[tabindex]')]
        .filter(each => each.tabIndex > 0).map(each => `out of order: ${each.outerHTML.slice(0, 80)}`),
]"""


class Checker:
    """Runs the rules over whatever a page shows, and keeps what they find."""

    def __init__(self, page: Page, script: str) -> None:
        self.page, self.script, self.found = page, script, list[str]()

    def look(self, state: str) -> None:
        self.page.evaluate(self.script)
        result = self.page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
        assert len(result["passes"]) > 10, state
        for violation in result["violations"]:
            self.found += [f"{state}: {violation['id']} {node['target']}" for node in violation["nodes"]]
        self.found += [f"{state}: {flaw}" for flaw in self.page.evaluate(UNSEEN)]


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_breaks_no_rule_on_any_page(
    open_page: Open, world: dict[str, ReviewCase], axe: str, language: str, theme: str
) -> None:
    page = open_page()
    checker = Checker(page, axe)
    checker.look("/sign-in/")
    sign_in(page, "chen")
    dress(page, language, theme)
    for address in PAGES:
        page.goto(address)
        checker.look(address)
    page.goto("/queue/")
    page.locator("[name=case]").first.check()
    checker.look("queue, chosen")
    page.goto("/holds/")
    page.locator("[name=hold]").first.check()
    checker.look("holds, chosen")
    for name, case in world.items():
        page.goto(f"/cases/{case.pk}/")
        page.locator("details:not(.menu)").evaluate_all("all => all.forEach(each => { each.open = true; })")
        checker.look(f"case, {name}")
    keep_picture(page, f"case-{language}-{theme}")
    assert checker.found == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_breaks_no_rule_while_a_case_is_decided(
    open_page: Open, world: dict[str, ReviewCase], axe: str, language: str, theme: str
) -> None:
    page = open_page()
    sign_in(page, "lin")
    dress(page, language, theme)
    checker = Checker(page, axe)
    page.goto(f"/cases/{world['open'].pk}/linked/")
    page.keyboard.press("d")
    checker.look("linked")
    page.goto(f"/cases/{world['second'].pk}/")
    page.keyboard.press("c")
    page.locator("#second-note").wait_for()
    checker.look("second review")
    page.locator("button[value=disagree]").click()
    page.locator(".field-error").first.wait_for()
    checker.look("second review without a reason")
    page.goto(f"/cases/{world['open'].pk}/")
    page.keyboard.press("c")
    page.locator("#decide").wait_for()
    for key in "ahpdie":
        page.keyboard.press(key)
        checker.look(f"deciding, {key}")
    page.keyboard.press("d")
    page.fill("#customer-message", "")
    page.keyboard.press("Control+Enter")
    page.locator(".field-error").first.wait_for()
    checker.look("a decision that lacks something")
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    checker.look("hand over")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    checker.look("keys")
    assert checker.found == []


HIDDEN = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const box = here.getBoundingClientRect();
  const x = box.left + Math.min(box.width / 2, 60), y = box.top + box.height / 2;
  const top = document.elementFromPoint(x, y);
  const seen = top && (here.contains(top) || top.contains(here) || top.closest("label")?.contains(here));
  return seen ? "" : `${here.outerHTML.slice(0, 120)} under ${top ? top.outerHTML.slice(0, 60) : "nothing"}`;
}"""


@pytest.mark.parametrize("state", ["queue, chosen", "case"])
def test_never_hides_what_is_focused(open_page: Open, world: dict[str, ReviewCase], state: str) -> None:
    # Without motion what is focused is in view at once.
    page = open_page(reduced_motion="reduce")
    page.set_viewport_size({"width": 1280, "height": 640})
    sign_in(page, "chen")
    if state == "case":
        page.goto(f"/cases/{world['open'].pk}/")
        page.keyboard.press("c")
        page.locator("#decide").wait_for()
        page.keyboard.press("d")
    else:
        page.locator("[name=case]").first.check()
    page.evaluate("document.activeElement.blur()")
    hidden, seen = [], 0
    for _step in range(90):
        page.keyboard.press("Tab")
        found = page.evaluate(HIDDEN)
        seen += page.evaluate("document.activeElement !== document.body")
        if found:
            hidden.append(found)
    assert seen > 20
    assert hidden == []
