from datetime import datetime, timedelta

from django.test import Client
from django.utils import timezone

from apps.refunds.models import Refund
from apps.reviews.models import Claim, ReviewCase
from apps.staff.models import Person
from tests.console.conftest import HTMX, signed_in
from tests.support.factories import Desk, make_person, open_desk


def case_of(refund: Refund) -> ReviewCase:
    return ReviewCase.objects.get(refund=refund)


def test_refuses_a_case_that_somebody_else_has(browser: Client, weighed: Refund, now: datetime) -> None:
    other = open_desk(weighed, now=now)
    answer = browser.post(f"/cases/{other.case.pk}/claim/")
    assert answer.status_code == 409
    assert f"{other.person} is working on this case." in answer.content.decode()
    assert list(Claim.objects.values_list("person", flat=True)) == [other.person.pk]


def test_answers_a_refused_claim_with_the_region_alone(browser: Client, weighed: Refund, now: datetime) -> None:
    other = open_desk(weighed, now=now)
    answer = browser.post(f"/cases/{other.case.pk}/claim/", headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert text.lstrip().startswith('<section class="panel" id="work"')
    assert "<html" not in text


def test_refuses_the_one_who_must_not_have_it(browser: Client, weighed: Refund, reviewer: Person) -> None:
    ReviewCase.objects.filter(refund=weighed).update(not_for=reviewer)
    answer = browser.post(f"/cases/{case_of(weighed).pk}/claim/")
    assert answer.status_code == 403
    assert Claim.objects.count() == 0


def test_knows_no_case_that_does_not_exist(browser: Client) -> None:
    for verb in ("claim", "renew", "give-back", "decide", "notes"):
        assert browser.post(f"/cases/cas_nothing/{verb}/").status_code == 404


def test_claims_by_post_alone(browser: Client, weighed: Refund) -> None:
    assert browser.get(f"/cases/{case_of(weighed).pk}/claim/").status_code == 405
    assert browser.get("/claims/next/").status_code == 405
    assert Claim.objects.count() == 0


def test_says_so_when_nothing_waits(browser: Client) -> None:
    answer = browser.post("/claims/next/", follow=True)
    assert answer.redirect_chain == [("/queue/", 302)]
    assert "No case is waiting that you may take." in answer.content.decode()


def test_claims_the_next_case_and_opens_it(browser: Client, weighed: Refund, reviewer: Person) -> None:
    case = case_of(weighed)
    answer = browser.post("/claims/next/")
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert Claim.objects.get().person == reviewer


def test_opens_the_next_case_as_a_whole_page_also_from_a_region(browser: Client, weighed: Refund) -> None:
    answer = browser.post("/claims/next/", headers=HTMX)
    assert answer["HX-Redirect"] == f"/cases/{case_of(weighed).pk}/"


def test_claims_the_case_that_was_chosen(browser: Client, weighed: Refund, reviewer: Person) -> None:
    case = case_of(weighed)
    assert browser.post(f"/cases/{case.pk}/claim/")["Location"] == f"/cases/{case.pk}/"
    assert Claim.objects.get().person == reviewer


def test_renews_the_lease_of_the_open_page(browser: Client, desk: Desk) -> None:
    earlier = timezone.now() + timedelta(minutes=3)
    ReviewCase.objects.filter(pk=desk.case.pk).update(leased_until=earlier)
    answer = browser.post(f"/cases/{desk.case.pk}/renew/", {"token": desk.claim.token}, headers=HTMX)
    assert answer.status_code == 200
    desk.case.refresh_from_db()
    assert desk.case.leased_until is not None
    assert desk.case.leased_until > earlier
    assert 'id="lease"' in answer.content.decode()


def test_warns_when_the_lease_is_lost_and_leaves_the_form(browser: Client, desk: Desk) -> None:
    answer = browser.post(f"/cases/{desk.case.pk}/renew/", {"token": desk.claim.token + 1}, headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'role="alert"' in text
    assert "textarea" not in text


def test_renews_nothing_for_somebody_else(desk: Desk) -> None:
    before = ReviewCase.objects.get(pk=desk.case.pk).leased_until
    answer = signed_in(make_person()).post(f"/cases/{desk.case.pk}/renew/", {"token": desk.claim.token})
    assert answer.status_code == 409
    assert ReviewCase.objects.get(pk=desk.case.pk).leased_until == before


def test_gives_a_case_back(browser: Client, desk: Desk) -> None:
    answer = browser.post(f"/cases/{desk.case.pk}/give-back/", {"token": desk.claim.token})
    assert answer["Location"] == "/queue/"
    desk.case.refresh_from_db()
    assert desk.case.holder is None


def test_gives_nothing_back_with_a_stale_token(browser: Client, desk: Desk) -> None:
    answer = browser.post(f"/cases/{desk.case.pk}/give-back/", {"token": "x"})
    assert answer.status_code == 409
    desk.case.refresh_from_db()
    assert desk.case.holder == desk.person


def test_lists_what_one_holds_and_nothing_else(browser: Client, desk: Desk) -> None:
    assert [row.case_id for row in browser.get("/claims/").context["rows"]] == [desk.case.pk]
    assert signed_in(make_person()).get("/claims/").context["rows"] == []
