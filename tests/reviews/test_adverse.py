from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.audit.models import AuditEvent
from apps.clients.models import ApiClient
from apps.identity.models import FactorKind, FactorStatus, Subject, VerificationFactor
from apps.marketplace.models import Account
from apps.payouts.models import Hold, HoldStatus
from apps.payouts.services.hold import holds_release_due
from apps.refunds.models import Refund
from apps.reviews.errors import ReportUnfit
from apps.reviews.models import DecisionOutcome, DecisionReason, ReviewCase
from apps.reviews.services import recall
from apps.reviews.services.adverse import adverse_recall_due
from apps.reviews.services.recall import hold_recall_to_review
from apps.reviews.services.report import account_report
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskOutcome
from tests.support.factories import (
    APPROVAL,
    DENIAL,
    NOON,
    Goods,
    held_refund,
    make_client,
    make_order,
    make_person,
    open_desk,
    person_actor,
    submit,
)
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)
CASH_OUT = Verdict(DecisionOutcome.DENY, DecisionReason.SUSPECTED_CASH_OUT, customer_message="The money went round.")
_DIGITS = {FactorKind.ID_DOCUMENT: b"d", FactorKind.BANK_CARD: b"b", FactorKind.PHONE: b"p"}


@pytest.fixture
def platform() -> ApiClient:
    return make_client()


def an_account(platform: ApiClient, name: str, *, shares: FactorKind | None = None) -> Account:
    subject = Subject.objects.create()
    for kind in FactorKind:
        own = _DIGITS[kind] + (b"shared" if kind == shares else name.encode())
        VerificationFactor.objects.create(
            subject=subject, kind=kind, status=FactorStatus.VERIFIED, match_hash=own, updated_at=NOON
        )
    return Account.objects.create(client=platform, external_id=name, subject=subject, described_at=NOON)


def held(account: Account, *, at: datetime = NOON) -> Hold:
    return held_refund(make_order(account.client, Goods(5000), account=account), now=at)[1]


def deny(account: Account, verdict: Verdict = CASH_OUT, *, at: datetime = LATER) -> Refund:
    refund = submit(make_order(account.client, Goods(700), account=account), RiskOutcome.REVIEW, now=at)
    open_desk(refund, now=at).decide(verdict, now=at)
    return refund


def fails(account: Account, kind: FactorKind = FactorKind.ID_DOCUMENT, *, at: datetime = LATER) -> None:
    VerificationFactor.objects.filter(subject=account.subject, kind=kind).update(
        status=FactorStatus.FAILED, updated_at=at
    )


def state(hold: Hold) -> tuple[str, str, str]:
    hold.refresh_from_db()
    return hold.status, hold.end_reason, Refund.objects.get(pk=hold.refund_id).status


def test_recalls_what_waits_when_a_factor_fails(platform: ApiClient) -> None:
    one, other = an_account(platform, "A-1"), an_account(platform, "A-2")
    doubtful, fine = held(one), held(other)
    fails(one)
    assert (adverse_recall_due(now=LATER), adverse_recall_due(now=LATER)) == (1, 0)
    assert state(doubtful) == (
        HoldStatus.RECALLED,
        "The verification of the account failed: Identity document.",
        "pending_review",
    )
    assert state(fine)[0] == HoldStatus.OPEN
    assert ReviewCase.objects.get(refund=doubtful.refund).opened_because == "recalled"
    assert AuditEvent.objects.get(action="hold.recalled").actor_name == "verification failed"
    assert holds_release_due(now=NOON + timedelta(days=2)) == 1


def test_recalls_nothing_that_was_held_in_knowledge_of_it(platform: ApiClient) -> None:
    account = an_account(platform, "A-1")
    fails(account, at=NOON)
    hold = held(account, at=NOON)
    assert adverse_recall_due(now=LATER) == 0
    assert state(hold)[0] == HoldStatus.OPEN
    # Failing again is no news, and failing before it was verified again neither.
    fails(account)
    assert adverse_recall_due(now=LATER) == 0


def test_recalls_nothing_when_it_was_verified_again_before_anybody_looked(platform: ApiClient) -> None:
    account = an_account(platform, "A-1")
    hold = held(account)
    fails(account)
    VerificationFactor.objects.filter(subject=account.subject).update(status=FactorStatus.VERIFIED)
    assert adverse_recall_due(now=LATER) == 0
    assert state(hold)[0] == HoldStatus.OPEN
    assert not VerificationFactor.objects.filter(recall_due_at__isnull=False).exists()


def test_counts_a_factor_that_is_first_told_as_failed(platform: ApiClient) -> None:
    account = an_account(platform, "A-1")
    hold = held(account)
    VerificationFactor.objects.filter(subject=account.subject, kind=FactorKind.PHONE).delete()
    VerificationFactor.objects.create(
        subject_id=account.subject_id or 0, kind=FactorKind.PHONE, status=FactorStatus.FAILED, updated_at=LATER
    )
    assert adverse_recall_due(now=LATER) == 1
    assert state(hold)[0] == HoldStatus.RECALLED


@pytest.mark.parametrize(
    ("shares", "is_recalled", "words"),
    [
        (FactorKind.ID_DOCUMENT, True, "same document"),
        (FactorKind.BANK_CARD, True, "same bank card"),
        (FactorKind.PHONE, False, ""),
        (None, False, ""),
    ],
)
def test_recalls_what_linked_accounts_wait_for_when_one_is_denied(
    platform: ApiClient, shares: FactorKind | None, is_recalled: bool, words: str
) -> None:
    hold = held(an_account(platform, "A-1", shares=shares))
    denied = deny(an_account(platform, "A-2", shares=shares))
    assert adverse_recall_due(now=LATER) == int(is_recalled)
    assert adverse_recall_due(now=LATER) == 0
    status, reason, _refund = state(hold)
    assert (status == HoldStatus.RECALLED) is is_recalled
    assert words in reason
    if is_recalled:
        assert denied.reference in reason


def test_recalls_the_accounts_own_too_but_only_for_cash_out(platform: ApiClient) -> None:
    account = an_account(platform, "A-1")
    hold = held(account)
    deny(account, DENIAL)
    assert adverse_recall_due(now=LATER) == 0
    deny(account)
    assert adverse_recall_due(now=LATER) == 1
    assert state(hold)[0] == HoldStatus.RECALLED


def test_holds_nothing_against_accounts_of_another_platform(platform: ApiClient) -> None:
    hold = held(an_account(make_client("Moon Mall"), "A-1", shares=FactorKind.BANK_CARD))
    deny(an_account(platform, "A-2", shares=FactorKind.BANK_CARD))
    assert adverse_recall_due(now=LATER) == 0
    assert state(hold)[0] == HoldStatus.OPEN


def test_goes_on_with_what_is_left_in_the_next_tick(platform: ApiClient) -> None:
    account = an_account(platform, "A-1")
    holds = [held(account) for _number in range(3)]
    fails(account)
    assert [adverse_recall_due(now=LATER, limit=2) for _tick in range(3)] == [2, 1, 0]
    assert {state(hold)[0] for hold in holds} == {HoldStatus.RECALLED}


def test_tries_again_what_failed_for_want_of_more_than_luck(
    platform: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = an_account(platform, "A-1")
    bad, good = held(account), held(account)
    fails(account)
    really = hold_recall_to_review

    def fails_for_one(hold_id: int, **named: Any) -> ReviewCase:
        if hold_id == bad.pk:
            raise RuntimeError("no")
        return really(hold_id, **named)

    monkeypatch.setattr(recall, "hold_recall_to_review", fails_for_one)
    assert adverse_recall_due(now=LATER) == 1
    assert (state(good)[0], state(bad)[0]) == (HoldStatus.RECALLED, HoldStatus.OPEN)
    monkeypatch.undo()
    assert adverse_recall_due(now=LATER) == 0
    assert adverse_recall_due(now=LATER + timedelta(minutes=1)) == 1
    assert state(bad)[0] == HoldStatus.RECALLED


@pytest.mark.django_db(transaction=True)
def test_recalls_or_releases_but_not_both() -> None:
    account = an_account(make_client(), "A-1")
    hold = held(account)
    fails(account)
    late = NOON + timedelta(days=2)
    results = set(
        at_once([lambda: f"{adverse_recall_due(now=late)} recalled", lambda: f"{holds_release_due(now=late)} released"])
    )
    status, _reason, refund = state(hold)
    if status == HoldStatus.RECALLED:
        assert (refund, results) == ("pending_review", {"1 recalled", "0 released"})
    else:
        assert (status, refund, results) == (HoldStatus.RELEASED, "released", {"0 recalled", "1 released"})


def test_recalls_what_waits_when_an_account_is_reported() -> None:
    order = make_order(make_client(), Goods(5000))
    held, hold = held_refund(order, now=NOON)
    _other, other_hold = held_refund(make_order(make_client(), Goods(5000)), now=NOON)
    lin = make_person("lin")
    given: dict[str, Any] = {"person": lin, "actor": person_actor(lin)}
    for source, text in (("", "Stolen"), ("gossip", "Stolen"), ("issuer", " ")):
        with pytest.raises(ReportUnfit):
            account_report(held, source=source, text=text, now=NOON, **given)
    later = NOON + timedelta(minutes=5)
    report = account_report(held, source="issuer", text="The card was reported stolen.", now=later, **given)
    assert adverse_recall_due(now=later) == 1
    hold.refresh_from_db()
    other_hold.refresh_from_db()
    assert (hold.status, other_hold.status) == (HoldStatus.RECALLED, HoldStatus.OPEN)
    assert "Card issuer or payment service" in hold.end_reason
    assert "stolen" not in hold.end_reason
    held.refresh_from_db()
    assert held.status == "pending_review"
    report.refresh_from_db()
    assert report.recall_due_at is None
    assert adverse_recall_due(now=later) == 0
    event = AuditEvent.objects.get(action="account.reported")
    assert (event.refund_id, event.changes, event.reason) == (
        held.pk,
        {"source": "issuer"},
        "The card was reported stolen.",
    )


def test_what_was_held_in_knowledge_of_a_report_goes_on() -> None:
    order = make_order(make_client(), Goods(5000))
    first = submit(order, RiskOutcome.REVIEW, amount=1000, now=NOON)
    lin = make_person("lin")
    account_report(first, source="other", text="A rumour.", person=lin, actor=person_actor(lin), now=NOON)
    open_desk(first, make_person("wang"), now=NOON).decide(APPROVAL, now=NOON + timedelta(minutes=1))
    assert adverse_recall_due(now=NOON + timedelta(minutes=2)) == 0
