"""The reviewer's journeys, walked in both languages: with the keyboard alone, without a script, and by a supervisor."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from apps.attachments.models import Attachment
from apps.clients.models import ApiClient
from apps.marketplace.models import Account, Order
from apps.refunds.models import Refund
from apps.reviews.models import (
    CustomerText,
    DecisionOutcome,
    Escalation,
    InformationRequest,
    Note,
    Proposal,
    ProposalState,
    ReviewCase,
    SavedView,
)
from apps.reviews.services.sending import sendings_due
from apps.reviews.services.settle import proposals_settle_due
from apps.rings.kinds import Kind
from apps.staff.models import Person
from tests.browser.conftest import Open, make_people, sign_in
from tests.console.test_rings import make_ring
from tests.support.bodies import suspect_refund
from tests.support.platform import Platform

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.loopback,
    pytest.mark.xdist_group("browser"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture(autouse=True)
def _time_to_undo(settings: Settings) -> None:
    settings.REVIEWCONSOLE_UNDO_SECONDS = 60


@pytest.fixture
def cases(now: datetime) -> list[ReviewCase]:
    """Four cases of one account, the first the most urgent."""
    make_people(now)
    platform = Platform()
    made = [platform.post("/refunds", suspect_refund(str(number), now))["id"] for number in range(4)]
    account = Refund.objects.get(pk=made[0]).account
    Refund.objects.update(account=account)
    Order.objects.update(account=account)
    return [ReviewCase.objects.get(refund_id=refund_id) for refund_id in made]


def at_case(case: ReviewCase) -> Callable[[str], bool]:
    return lambda address: address.endswith(f"/cases/{case.pk}/")


def proposed(case: ReviewCase) -> Proposal:
    return Proposal.objects.filter(case=case).latest("pk")


@LANGUAGES
def test_with_the_keyboard_alone(open_page: Open, cases: list[ReviewCase], language: str) -> None:
    Person.objects.update(language=language)
    first, second, third, fourth = cases
    page = open_page()
    press = page.keyboard.press
    # The door: the name has the focus.
    expect(page.locator("#username")).to_be_focused()
    page.keyboard.type("lin")
    press("Tab")
    page.keyboard.type("quiet-river-stone")
    press("Enter")
    page.wait_for_url("**/queue/")

    # To the first row, down, up, and in.
    for key in "jjk":
        press(key)
    press("Enter")
    page.wait_for_url(at_case(first))
    press("c")
    expect(page.locator("#decide")).to_be_visible()

    # Deny for another reason than the first, which brings its text; undo; send again.
    press("d")
    text = page.locator("#customer-message")
    expect(text).not_to_have_value("")
    standard = text.input_value()
    press("r")
    expect(page.locator("#reason-deny")).to_be_focused()
    press("ArrowDown")
    expect(text).not_to_have_value(standard)
    chosen = text.input_value()
    press("Control+Enter")
    page.wait_for_url(at_case(second))
    assert proposed(first).state == ProposalState.SETTLING
    press("z")
    page.wait_for_url(at_case(first))
    expect(page.locator("#customer-message")).to_have_value(chosen)
    expect(page.locator("input[name=outcome][value=deny]")).to_be_checked()
    press("Control+Enter")
    page.wait_for_url(at_case(second))
    assert (proposed(first).outcome, proposed(first).reason_code) == ("deny", "suspected_cash_out")

    # A tag and a note, then escalate; no key fires while one writes.
    press("l")
    page.keyboard.type("nadz")
    press("Enter")
    expect(page.locator(".case-tags").get_by_text("nadz")).to_be_visible()
    press("m")
    page.keyboard.type("na zdz: see the other three")
    press("Control+Enter")
    expect(page.locator("#notes .note")).to_contain_text("na zdz: see the other three")
    press("e")
    press("Tab")
    expect(page.locator("#escalation-note")).to_be_focused()
    page.keyboard.type("One account, four orders.")
    press("Control+Enter")
    page.wait_for_url(at_case(third))
    assert Escalation.objects.get().sent_at is None

    # Ask the customer for the document.
    press("i")
    press("Tab")
    press("Tab")
    press("Space")
    press("Control+Enter")
    page.wait_for_url(at_case(fourth))
    assert InformationRequest.objects.get().items == ["id_document"]

    # Hold what is left; then nothing waits.
    press("h")
    press("Control+Enter")
    page.wait_for_url("**/queue/")
    later = timezone.now() + timedelta(minutes=2)
    assert proposals_settle_due(now=later) == 2
    assert sendings_due(now=later) == 2
    assert sorted(Refund.objects.values_list("status", flat=True)) == [
        "denied",
        "held",
        "information_requested",
        "pending_review",
    ]

    # Places by two strokes, and the list of keys.
    press("g")
    press("h")
    page.wait_for_url("**/holds/")
    press("?")
    expect(page.locator("#keys")).to_be_visible()
    press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


@LANGUAGES
def test_with_script_switched_off(open_page: Open, cases: list[ReviewCase], language: str) -> None:
    Person.objects.update(language=language)
    first, second = cases[:2]
    page = open_page(java_script_enabled=False)
    sign_in(page, "lin")

    # Claim, read, write a note with a file, give back; claim next; hand over.
    page.locator("table.list tbody tr").first.locator("form[action$='/claim/'] button").click()
    page.wait_for_url(at_case(first))
    assert "¥648" in page.inner_text("main")
    page.fill("#note-text", "The bank wrote.")
    page.set_input_files("#note-files", {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"a letter"})
    page.locator("#notes form button[type=submit]").click()
    page.wait_for_url(at_case(first))
    assert (Note.objects.get().text, Attachment.objects.get().name) == ("The bank wrote.", "letter.txt")
    page.locator("form[action$='/give-back/'] button").click()
    page.locator("form[action='/claims/next/'] button").click()
    page.wait_for_url(at_case(first))
    hand_over = page.locator("form[action$='/hand-over/']")
    hand_over.locator("xpath=ancestor::details").locator("summary").click()
    hand_over.locator("select[name=to]").select_option(str(Person.objects.get(username="emma").pk))
    hand_over.locator("button[type=submit]").click()
    first.refresh_from_db()
    assert first.holder is not None
    assert first.holder.username == "emma"

    # Decide the next, undo it, look at another span of the account, decide it for good.
    page.locator("form[action='/claims/next/'] button").click()
    page.wait_for_url(at_case(second))
    page.locator("input[name=outcome][value=approve]").check(force=True)
    page.locator("#decide button[type=submit]").click()
    page.goto(f"/cases/{second.pk}/")
    page.locator("#work form.undo button").click()
    page.wait_for_url(at_case(second))
    assert proposed(second).state == ProposalState.UNDONE
    page.locator("#timeline nav.spans a").first.click()
    page.wait_for_url("**/?span=30d")
    page.locator("#timeline nav.zooms a").last.click()
    page.locator("input[name=outcome][value=deny]").check(force=True)
    page.fill("#customer-message", "The code {reference} was redeemed.")
    page.locator("#decide button[type=submit]").click()
    page.wait_for_url("**/cases/**")
    assert proposed(second).customer_message == f"The code {second.refund.reference} was redeemed."

    # Keep a view and choose columns.
    page.goto("/queue/?level=critical&sort=amount")
    page.locator("#view-name").locator("xpath=ancestor::details").locator("summary").click()
    page.fill("#view-name", "大额 large")
    page.locator("form[action='/queue/views/'] button").click()
    assert SavedView.objects.get().query == "level=critical&sort=amount"
    page.locator("form[action='/queue/columns/']").locator("xpath=ancestor::details").locator("summary").click()
    page.locator("input[name=column][value=score]").check()
    page.locator("form[action='/queue/columns/'] button").click()
    assert "score" in Person.objects.get(username="lin").queue_columns


@LANGUAGES
def test_as_a_supervisor(open_page: Open, cases: list[ReviewCase], language: str) -> None:
    Person.objects.update(language=language)
    ApiClient.objects.update(language=language)
    page = open_page()
    sign_in(page, "chen")

    # Another text for a reason, seen as a customer reads it while it is written.
    page.goto("/texts/consumed/")
    tag = {"en": "en", "zh-hans": "zh-Hans"}[language]
    page.fill(f"#words-{tag}", "No {amount}, {requested_on}.")
    expect(page.locator(f"#preview-{tag}")).to_contain_text("648.00")
    page.locator(f"form:has(#words-{tag}) button[type=submit]").click()
    expect(page.locator("#messages .notice-success")).to_be_visible()
    assert CustomerText.objects.get().language == language

    # Several at once: assigned, and tagged.
    page.goto("/queue/")
    page.locator("input[name=case]").nth(0).check()
    page.locator("#bulk-to").select_option(str(Person.objects.get(username="emma").pk))
    page.locator("#bulk button[value=assign]").click()
    expect(page.locator("#messages .notice-success")).to_be_visible()
    page.locator("[data-checks=case]").check()
    page.fill("#bulk-tag", "wave")
    page.locator("#bulk button[value=tag]").click()
    expect(page.locator("#messages .notice-success")).to_be_visible()
    assert all(tags == ["wave"] for tags in ReviewCase.objects.values_list("tags", flat=True))

    # Those that belong together: previewed, decided and undone together, decided again.
    page.goto(f"/cases/{cases[1].pk}/")
    page.keyboard.press("k")
    page.wait_for_url("**/linked/")
    expect(page.locator("input[name=case]:checked")).to_have_count(3)
    page.keyboard.press("d")
    expect(page.locator("#customer-message")).to_have_value("No {amount}, {requested_on}.")
    page.locator("button[name=preview]").click()
    expect(page.locator("table.previews tbody tr")).to_have_count(3)
    expect(page.locator("table.previews tbody tr").first).to_contain_text("648.00")
    page.keyboard.press("Control+Enter")
    expect(page.locator("form.undo")).to_be_visible()
    assert Proposal.objects.filter(state=ProposalState.SETTLING).count() == 3
    page.keyboard.press("z")
    page.wait_for_url("**/claims/")
    expect(page.locator("table.list tbody tr")).to_have_count(3)
    assert Proposal.objects.filter(state=ProposalState.UNDONE).count() == 3

    # Takes over what Emma holds, chooses approval by a key of her own, and holds it.
    page.goto("/me/")
    page.fill("input[name=key-a]", "y")
    page.locator("form[action='/me/keys/'] button").first.click()
    expect(page.locator("#messages .notice-success")).to_be_visible()
    page.goto(f"/cases/{cases[0].pk}/")
    page.keyboard.press("t")
    expect(page.locator("#decide")).to_be_visible()
    page.keyboard.press("a")
    assert page.locator("input[name=outcome]:checked").count() == 0
    page.keyboard.press("y")
    expect(page.locator("input[name=outcome][value=approve]")).to_be_checked()
    expect(page.locator("label.outcome:has([value=approve]) kbd")).to_have_text("Y")
    page.keyboard.press("h")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda address: not at_case(cases[0])(address))
    assert proposed(cases[0]).outcome == DecisionOutcome.APPROVE

    # Holds on the calendar, several released at once by another.
    proposals_settle_due(now=timezone.now() + timedelta(minutes=2))
    other = open_page()
    sign_in(other, "emma")
    other.goto("/holds/")
    other.locator("section[aria-labelledby=calendar-title] td a").first.click()
    other.locator("input[name=hold]").first.check()
    _release(other)
    assert Refund.objects.get(pk=cases[0].refund_id).status == "released"


def _release(page: Page) -> None:
    page.locator("form[action='/holds/bulk/'] [name=reason]").fill("The shop confirmed.")
    page.locator("form[action='/holds/bulk/'] button[value=release]").click()
    expect(page.locator("#messages .notice-success")).to_be_visible()


@LANGUAGES
def test_through_a_ring_in_time(open_page: Open, cases: list[ReviewCase], now: datetime, language: str) -> None:
    Person.objects.update(language=language)
    account = cases[0].refund.account
    client = account.client
    others = [Account.objects.create(client=client, external_id=f"R-{number}", described_at=now) for number in range(3)]
    ring = make_ring(client, now, [account, *others], Kind.CYCLE)
    page = open_page()
    sign_in(page, "lin")
    page.goto(f"/cases/{cases[0].pk}/")
    figure = page.locator(f"#drawn-{ring.pk}")
    expect(figure.locator(".ring-arrow")).to_have_count(4)
    expect(figure.locator(".ring-here")).to_have_count(1)
    slider = page.locator(f"#step-{ring.pk}")
    slider.focus()
    page.keyboard.press("Home")
    expect(figure.locator(".ring-arrow")).to_have_count(1)
    page.keyboard.press("ArrowRight")
    expect(figure.locator(".ring-arrow")).to_have_count(2)
    expect(figure.locator(".ring-arrow-newest")).to_have_count(1)
    expect(slider).to_be_focused()
    _zoomed(page)


def _zoomed(page: Page) -> None:
    marks = page.locator("#timeline .chart .order")
    before = marks.count()
    page.locator("#timeline .spans a[href='?span=all']").click()
    expect(page.locator("#timeline .spans a[aria-current]")).to_have_attribute("href", "?span=all")
    for _step in range(3):
        with page.expect_response("**/?span=*"):
            page.locator("#timeline .zooms a").nth(-2).click()
    expect(page.locator("#timeline .spans a[aria-current]")).to_have_count(0)
    assert before >= 1
