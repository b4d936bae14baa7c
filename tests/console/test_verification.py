"""What a reviewer does about a factor from its panel."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from apps.audit.models import Action, AuditEvent
from apps.common.ciphers import encrypted
from apps.identity.models import FactorKind, FactorStatus, Subject, VerificationCheck, VerificationFactor
from tests.support.factories import NOON, Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject(desk: Desk) -> Subject:
    subject = Subject.objects.create(display_name="王伟")
    account = desk.refund.order.account
    account.subject = subject
    account.save(update_fields=["subject"])
    VerificationFactor.objects.create(
        subject=subject,
        kind=FactorKind.PHONE,
        status=FactorStatus.VERIFIED,
        number_encrypted=encrypted("13800138000"),
        last4="8000",
        format="doubtful",
        format_reasons="length,unassigned",
        updated_at=NOON,
    )
    return subject


def test_the_panel_masks_the_number_and_says_what_is_noticed(browser: Client, desk: Desk, subject: Subject) -> None:
    page = browser.get(f"/cases/{desk.case.pk}/")
    phone, document, _card = page.context["page"].account.proofs
    assert (phone.masked, phone.doubt) == ("•••• 8000", "unusual length, number range not in use")
    assert (phone.may_reveal, phone.may_check, phone.may_ask) == (True, False, True)
    assert (document.may_reveal, document.may_ask) == (False, True)
    assert "13800138000" not in page.content.decode()


def test_shows_a_number_for_a_minute_and_records_it(browser: Client, desk: Desk, subject: Subject) -> None:
    response = browser.post(f"/cases/{desk.case.pk}/factors/phone/reveal/", {"purpose": "Call back"})
    assert "13800138000" in response.content.decode()
    assert response["Refresh"] == f"60; url=/cases/{desk.case.pk}/"
    assert "no-store" in response["Cache-Control"]
    (event,) = AuditEvent.objects.filter(action=Action.NUMBER_REVEALED)
    assert (event.person, event.reason, event.case_id) == (desk.person, "Call back", desk.case.pk)


def test_without_a_purpose_or_a_number_nothing_is_shown(browser: Client, desk: Desk, subject: Subject) -> None:
    refused = browser.post(f"/cases/{desk.case.pk}/factors/phone/reveal/", {"purpose": " "}, follow=True)
    assert "Say what you need the number for." in refused.content.decode()
    assert "13800138000" not in refused.content.decode()
    for kind in ("bank_card", "moon"):
        assert browser.post(f"/cases/{desk.case.pk}/factors/{kind}/reveal/", {"purpose": "x"}).status_code == 404
    assert browser.get(f"/cases/{desk.case.pk}/factors/phone/reveal/").status_code == 405
    assert not AuditEvent.objects.filter(action=Action.NUMBER_REVEALED).exists()


def test_has_a_factor_checked_where_a_service_is_set_up(
    browser: Client, desk: Desk, subject: Subject, settings: Settings
) -> None:
    address = f"/cases/{desk.case.pk}/factors/phone/check/"
    assert "No verification service is set up here" in browser.post(address, follow=True).content.decode()
    settings.REVIEWCONSOLE_VERIFICATION_URL = "https://verify.example.com/"
    page = browser.post(address, follow=True)
    assert "comes back into the case by itself" in page.content.decode()
    assert page.context["page"].account.proofs[0].check == "being checked"
    assert not page.context["page"].account.proofs[0].may_check
    assert "being checked already" in browser.post(address, follow=True).content.decode()
    (check,) = VerificationCheck.objects.all()
    assert (check.kind, check.asked_by, check.case_id) == ("phone", desk.person, desk.case.pk)


def test_asking_the_customer_fills_the_decision_form(browser: Client, desk: Desk, subject: Subject) -> None:
    page = browser.get(f"/cases/{desk.case.pk}/?ask=id_document")
    form = page.context["form"]
    assert [item.value for item in form.items if item.is_chosen] == ["id_document"]
    assert [choice.value for choice in form.outcomes if choice.is_chosen] == ["information"]
    assert form.request_message
    fresh = browser.get(f"/cases/{desk.case.pk}/?ask=moon").context["form"]
    assert not any(item.is_chosen for item in fresh.items)
