"""The facts of refunds, read in one statement."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.identity.models import FactorStatus
from apps.marketplace.models import DeliveryStatus, Instrument, InstrumentType
from apps.refunds.lifecycle import Status
from apps.refunds.models import ReasonCode, Refund
from apps.risk.facts import (
    Category,
    InstrumentKind,
    InstrumentRole,
    SharedInstrument,
    VerificationKind,
    VerificationState,
    facts_read,
    facts_written,
)
from apps.risk.selectors import habits as habits_selector
from apps.risk.selectors import money as money_selector
from apps.risk.selectors import refunds_facts
from tests.risk.calm import NOON
from tests.risk.platform import DAY, Platform, make_platform
from tests.risk.stored import draft_of, refund_facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_platform() -> Platform:
    return make_platform()


def test_reads_everything_in_one_statement(
    shop_platform: Platform, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = shop_platform.account()
    shop_platform.identified(account, phone=FactorStatus.VERIFIED)
    for _ in range(7):
        shop_platform.refund(shop_platform.order(account), status=Status.PAID, ago=DAY)
    refund = shop_platform.refund(shop_platform.order(account), to=shop_platform.instrument())
    drafts = [draft_of(refund), draft_of(shop_platform.refund(shop_platform.order(account)))]
    with django_assert_num_queries(1):
        refunds_facts(drafts)


def test_asks_nothing_about_a_subject_that_is_unknown(
    shop_platform: Platform, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    refund = shop_platform.refund(shop_platform.order(shop_platform.account()))
    draft = draft_of(refund)
    with django_assert_num_queries(1):
        (facts,) = refunds_facts([draft])
    assert facts.is_verification_told is False
    assert {factor.state for factor in facts.verification} == {VerificationState.MISSING}
    assert {factor.shared_by for factor in facts.verification} == {None}


def test_finds_every_row_by_an_index(shop_platform: Platform) -> None:
    account = shop_platform.account()
    shop_platform.identified(account, phone=FactorStatus.VERIFIED)
    refund = shop_platform.refund(shop_platform.order(account), to=shop_platform.instrument())
    draft = draft_of(refund)
    with CaptureQueriesContext(connection) as queries:
        refunds_facts([draft])
    with connection.cursor() as cursor:
        # So few rows would be scanned; what an index cannot serve is scanned even so.
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in queries.captured_queries:
            cursor.execute(f"EXPLAIN {query['sql']}")
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan" not in plan, plan


def test_reads_the_goods_asked_for(shop_platform: Platform) -> None:
    order = shop_platform.order(
        shop_platform.account(),
        delivery_status=DeliveryStatus.VIEWED,
        delivered_at=NOON - timedelta(hours=1),
        consumed_percent=30,
        first_used_at=NOON - timedelta(minutes=5),
    )
    facts = refund_facts(shop_platform.refund(order, amount=4000))
    assert facts.category is Category.GIFT_CARD
    assert (facts.amount, facts.goods.asked_amount, facts.goods.consumed_percent) == (4000, 4000, 30.0)
    assert (facts.goods.viewed_amount, facts.goods.viewed_lines, facts.goods.consumed_lines) == (4000, ("1",), ("1",))


def test_takes_a_refund_that_names_no_lines_for_the_whole_order(shop_platform: Platform) -> None:
    order = shop_platform.order(shop_platform.account(), consumed_percent=30)
    facts = refund_facts(shop_platform.refund(order, amount=4000, names_lines=False))
    assert (facts.goods.asked_amount, facts.goods.consumed_percent) == (10000, 30.0)


def test_reads_how_the_order_was_paid_and_where_the_money_goes(shop_platform: Platform) -> None:
    buyer, payer, holder = (shop_platform.account() for _ in range(3))
    credit = shop_platform.instrument(InstrumentType.CREDIT_LINE, buyer)
    card = shop_platform.instrument(InstrumentType.BANK_CARD, payer)
    order = shop_platform.order(buyer, paid_with=[credit, card], payer=payer, ago=timedelta(minutes=7))
    facts = refund_facts(shop_platform.refund(order, to=shop_platform.instrument(InstrumentType.WALLET, holder)))
    assert facts.payment.minutes_since == 7.0
    assert facts.payment.by_kind == {InstrumentKind.BANK_CARD: 5000, InstrumentKind.CREDIT_LINE: 5000}
    assert (facts.payment.total, facts.payment.other_payers) == (10000, (payer.external_id,))
    assert facts.destination is not None
    assert (facts.destination.kind, facts.destination.holder) == (InstrumentKind.WALLET, holder.external_id)
    assert (facts.destination.is_holder_the_buyer, facts.destination.is_source) == (False, False)


def test_leaves_unknown_what_was_not_told(shop_platform: Platform) -> None:
    account = shop_platform.account(age=None)
    order = shop_platform.order(account, paid_with=[shop_platform.instrument()])
    facts = refund_facts(shop_platform.refund(order, to=shop_platform.instrument()))
    assert facts.account.age_days is None
    assert (facts.payment.is_payer_known, facts.payment.other_payers) == (False, ())
    assert (facts.goods.consumed_percent, facts.goods.viewed_amount) == (None, None)
    assert facts.destination is not None
    assert (facts.destination.holder, facts.destination.is_holder_the_buyer) == (None, None)
    assert refund_facts(shop_platform.refund(order)).destination is None


def test_knows_a_destination_that_paid(shop_platform: Platform) -> None:
    account = shop_platform.account()
    card = shop_platform.instrument(holder=account)
    facts = refund_facts(shop_platform.refund(shop_platform.order(account, paid_with=[card]), to=card))
    assert facts.destination is not None
    assert (facts.destination.is_source, facts.destination.is_holder_the_buyer) == (True, True)


def test_counts_other_accounts_that_use_an_instrument(shop_platform: Platform) -> None:
    account, first, second, third = (shop_platform.account() for _ in range(4))
    card, wallet = shop_platform.instrument(), shop_platform.instrument(InstrumentType.WALLET)
    for payer in (first, first, second):
        shop_platform.order(payer, paid_with=[card])
    shop_platform.refund(shop_platform.order(third), to=wallet, status=Status.PAID)
    facts = refund_facts(shop_platform.refund(shop_platform.order(account, paid_with=[card]), to=wallet))
    assert facts.shared_instruments == (
        SharedInstrument(
            InstrumentRole.PAID, InstrumentKind.BANK_CARD, "4242", 2, (first.external_id, second.external_id)
        ),
        SharedInstrument(InstrumentRole.DESTINATION, InstrumentKind.WALLET, "4242", 1, (third.external_id,)),
    )


def test_counts_a_shared_card_once_when_the_money_goes_back_to_it(shop_platform: Platform) -> None:
    account, other = shop_platform.account(), shop_platform.account()
    card = shop_platform.instrument()
    shop_platform.refund(shop_platform.order(other, paid_with=[card]), to=card)
    facts = refund_facts(shop_platform.refund(shop_platform.order(account, paid_with=[card]), to=card))
    assert [(shared.role, shared.accounts) for shared in facts.shared_instruments] == [(InstrumentRole.PAID, 1)]


def test_does_not_look_into_the_future_of_an_instrument(shop_platform: Platform) -> None:
    account, other = shop_platform.account(), shop_platform.account()
    card = shop_platform.instrument()
    shop_platform.order(other, paid_with=[card], ago=-DAY)
    shop_platform.refund(shop_platform.order(other), to=card, ago=-DAY)
    facts = refund_facts(shop_platform.refund(shop_platform.order(account, paid_with=[card])))
    assert facts.shared_instruments == ()


def test_reads_verification_and_who_shares_it(shop_platform: Platform) -> None:
    account, other = shop_platform.account(), shop_platform.account()
    mine = shop_platform.identified(account, phone=FactorStatus.VERIFIED, id_document=FactorStatus.VERIFIED)
    theirs = shop_platform.identified(other, phone=FactorStatus.VERIFIED, id_document=FactorStatus.VERIFIED)
    theirs["id_document"].match_hash = mine["id_document"].match_hash
    theirs["id_document"].save()
    mine["phone"].expires_at = NOON
    mine["phone"].match_hash = b""
    mine["phone"].save()
    facts = refund_facts(shop_platform.refund(shop_platform.order(account)))
    assert facts.is_verification_told is True
    assert [(f.kind, f.state, f.shared_by, f.account_ids) for f in facts.verification] == [
        (VerificationKind.PHONE, VerificationState.EXPIRED, None, ()),
        (VerificationKind.ID_DOCUMENT, VerificationState.VERIFIED, 1, (other.external_id,)),
        (VerificationKind.BANK_CARD, VerificationState.MISSING, None, ()),
    ]


def test_counts_nothing_of_another_client(shop_platform: Platform) -> None:
    stranger = make_platform()
    account, theirs = shop_platform.account(), stranger.account()
    mine = shop_platform.identified(account, id_document=FactorStatus.VERIFIED)
    other = stranger.identified(theirs, id_document=FactorStatus.VERIFIED)
    other["id_document"].match_hash = mine["id_document"].match_hash
    other["id_document"].save()
    wallet = shop_platform.instrument(InstrumentType.WALLET)
    same_fingerprint = Instrument.objects.create(
        client=stranger.client, type=wallet.type, fingerprint=wallet.fingerprint
    )
    stranger.refund(stranger.order(theirs, paid_with=[same_fingerprint]), to=same_fingerprint, status=Status.PAID)
    facts = refund_facts(shop_platform.refund(shop_platform.order(account), to=wallet))
    assert facts.shared_instruments == ()
    assert [factor.shared_by for factor in facts.verification] == [None, 0, None]
    assert (facts.habits.orders, facts.habits.baskets, facts.past.paid) == (1, 1, 0)


def test_takes_the_moment_of_the_request_for_now(shop_platform: Platform) -> None:
    account = shop_platform.account(age=100 * DAY)
    early = shop_platform.order(account, ago=95 * DAY)
    late = shop_platform.order(account, ago=2 * DAY)
    shop_platform.refund(late, ago=DAY, status=Status.DENIED)
    facts = refund_facts(shop_platform.refund(early, ago=94 * DAY))
    assert facts.account.age_days == 6
    assert (facts.habits.orders, facts.habits.baskets, facts.past.denied) == (1, 1, 0)


def test_tells_denials_that_were_upheld_from_others(shop_platform: Platform) -> None:
    account = shop_platform.account(age=100 * DAY)
    upheld, denied = (
        shop_platform.refund(shop_platform.order(account), ago=DAY, status=Status.DENIED) for _ in range(2)
    )
    Refund.objects.filter(pk=upheld.pk).update(is_appealed=True)
    facts = refund_facts(shop_platform.refund(shop_platform.order(account)))
    assert (facts.past.denied, facts.past.upheld) == (2, 1)
    assert set(facts.past.denied_ids) == {upheld.pk, denied.pk}


def test_counts_what_was_approved_of_a_partial_refund(shop_platform: Platform) -> None:
    account = shop_platform.account()
    partial = shop_platform.refund(shop_platform.order(account), ago=DAY, status=Status.HELD)
    Refund.objects.filter(pk=partial.pk).update(approved_amount=2500)
    facts = refund_facts(shop_platform.refund(shop_platform.order(account), amount=4000))
    assert (facts.habits.bought, facts.habits.refunded) == (20000, 6500)


@pytest.mark.parametrize("is_minor_account", [True, False])
def test_puts_purchases_by_minors_in_their_lane(shop_platform: Platform, *, is_minor_account: bool) -> None:
    account = shop_platform.account(is_minor=is_minor_account)
    reason = ReasonCode.CHANGED_MIND if is_minor_account else ReasonCode.MINOR_PURCHASE
    facts = refund_facts(shop_platform.refund(shop_platform.order(account), reason=reason))
    assert (facts.is_minor_purchase, facts.account.is_minor) == (True, is_minor_account)


def test_bounds_what_is_read_of_an_account_with_very_many_orders(
    shop_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(habits_selector, "READ_AT_MOST", 3)
    account = shop_platform.account()
    orders = [shop_platform.order(account, ago=days * DAY) for days in (1, 2, 3, 4, 5)]
    facts = refund_facts(shop_platform.refund(orders[0]))
    assert facts.habits.is_capped is True
    assert facts.habits.since == NOON - 3 * DAY
    assert (facts.habits.days, facts.habits.orders) == (3, 2)
    assert facts.repeat is not None
    assert (facts.repeat.days, facts.repeat.here_bought) == (3, 2)


def test_looks_through_a_sample_of_what_a_hub_is_used_for(
    shop_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(money_selector, "SAMPLE", 2)
    hub = shop_platform.instrument(InstrumentType.WALLET)
    for _ in range(4):
        shop_platform.refund(shop_platform.order(shop_platform.account()), to=hub, status=Status.PAID)
    facts = refund_facts(shop_platform.refund(shop_platform.order(shop_platform.account()), to=hub))
    assert [shared.accounts for shared in facts.shared_instruments] == [2]


def test_freezes_facts_as_json_that_reads_back(shop_platform: Platform) -> None:
    account = shop_platform.account()
    shop_platform.identified(account, phone=FactorStatus.PENDING)
    facts = refund_facts(shop_platform.refund(shop_platform.order(account), to=shop_platform.instrument()))
    written = bytes(facts_written(facts))
    assert json.loads(written)["requested_at"] == "2026-11-22T12:00:00Z"
    assert facts_read(written) == facts
