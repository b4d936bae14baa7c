from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction

from apps.audit.models import AuditEvent
from apps.reviews.errors import PlaceholderUnknown, SupervisorNeeded, TextTooLong, TextUnknown
from apps.reviews.models import CustomerText, DecisionOutcome, DecisionReason, InformationItem, InformationRequest
from apps.reviews.placeholders import filled
from apps.reviews.services.information import case_request_information
from apps.reviews.services.texts import customer_text_write
from apps.reviews.texts import ABOUT, LONGEST, shipped, standard_texts
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskOutcome
from apps.staff.models import Person, Role
from apps.webhooks.models import Event
from tests.support.factories import (
    NOON,
    Desk,
    Goods,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
    whole_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chen() -> Person:
    return make_person("chen", role=Role.SUPERVISOR)


def a_desk(language: str = "zh-hans") -> Desk:
    client = make_client()
    client.language = language
    client.save()
    order = make_order(client, Goods(64800), Goods(100))
    return open_desk(submit(order, RiskOutcome.REVIEW, lines=whole_lines(order)))


def write(person: Person, about: str, text: str, language: str = "en") -> CustomerText | None:
    return customer_text_write(about, language, text, person=person, actor=person_actor(person), now=NOON)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_brings_a_text_for_whatever_refuses_money(language: str) -> None:
    texts = standard_texts(language)
    assert all(len(texts.about(about)) > 30 for about in ABOUT)
    assert texts.about(DecisionReason.EXPLAINED.value) == ""


def test_puts_a_text_in_force_in_its_language_alone(chen: Person) -> None:
    write(chen, "consumed", " Used.\r\nSorry. ")
    assert standard_texts("en").about("consumed") == "Used.\nSorry."
    assert standard_texts("zh-hans").about("consumed") == shipped("consumed", "zh-hans")
    assert AuditEvent.objects.get(action="text.written").changes == {"text": ["", "Used.\nSorry."]}


def test_goes_back_to_the_shipped_text_and_keeps_what_was(chen: Person) -> None:
    write(chen, "consumed", "Used.")
    assert write(chen, "consumed", "Used.") is None
    write(chen, "consumed", "")
    assert standard_texts("en").about("consumed") == shipped("consumed", "en")
    assert list(CustomerText.objects.order_by("pk").values_list("text", flat=True)) == ["Used.", ""]
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        CustomerText.objects.update(text="forged")


def test_refuses_what_would_reach_a_customer_raw(chen: Person) -> None:
    with pytest.raises(PlaceholderUnknown) as refusal:
        write(chen, "consumed", "{amount} and {amout} and {name}")
    assert "{amout}, {name}" in str(refusal.value.detail)
    with pytest.raises(TextTooLong):
        write(chen, "consumed", "x" * (LONGEST + 1))
    with pytest.raises(TextUnknown):
        write(chen, "nothing", "x")
    with pytest.raises(TextUnknown):
        write(chen, "consumed", "x", "fr")
    with pytest.raises(SupervisorNeeded):
        write(make_person("lin"), "consumed", "x")
    assert not CustomerText.objects.exists()


def test_fills_in_what_is_true_of_the_refund_in_the_customers_language() -> None:
    desk = a_desk()
    text = "{amount}|{reference}|{shop}|{goods}|{order}|{requested_on}|{other}|{ amount }|{amount.x}"
    refund = desk.refund
    parts = filled(text, refund).split("|")
    assert parts[0] == "¥649.00"
    assert parts[1:3] == [refund.reference, str(refund.shop)]
    assert parts[3] == "Goods 1、Goods 2"
    assert parts[4] == refund.order.external_id
    assert "年" in parts[5]
    assert parts[6:] == ["{other}", "{ amount }", "{amount.x}"]


def test_fills_in_when_the_decision_is_recorded() -> None:
    desk = a_desk("en")
    desk.decide(Verdict(DecisionOutcome.DENY, DecisionReason.CONSUMED, "No {amount}. {{x}} {reference}"))
    told = Event.objects.filter(subject_id=desk.refund.pk).order_by("sequence").last()
    assert told is not None
    message = told.payload["refund"]["decision"]["message"]
    assert message == f"No CN¥649.00. {{{{x}}}} {desk.refund.reference}"


def test_fills_in_what_the_customer_is_asked() -> None:
    desk = a_desk("en")
    case_request_information(
        desk.case.pk,
        items=[InformationItem.ID_DOCUMENT],
        message="About {order}.",
        due=NOON + timedelta(days=1),
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
    )
    assert InformationRequest.objects.get().message == f"About {desk.refund.order.external_id}."
