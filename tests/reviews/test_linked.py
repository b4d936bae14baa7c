from datetime import timedelta
from typing import Any

import pytest

from apps.identity.models import FactorKind, FactorStatus, Subject, VerificationFactor
from apps.marketplace.models import Account, Instrument
from apps.refunds.models import Refund
from apps.reviews.likeness import leading_code, likeness
from apps.reviews.linked import Way, alike_cases, linked_cases
from apps.reviews.models import DecisionOutcome, ReviewCase
from apps.rings.models import Ring, RingKind, RingMember, RingStatus
from apps.risk.factors import Factor, Unit, factor_document
from apps.risk.models import RiskOutcome
from apps.risk.policy import FactorCode
from tests.support.factories import (
    APPROVAL,
    DENIAL,
    NOON,
    Goods,
    make_client,
    make_order,
    make_person,
    open_desk,
    submit,
)

pytestmark = pytest.mark.django_db


def refunds(count: int) -> list[Refund]:
    client = make_client()
    return [submit(make_order(client, Goods(3000)), RiskOutcome.REVIEW) for _number in range(count)]


def links(refund: Refund, **asked: bool) -> dict[str, list[Way]]:
    fresh = Refund.objects.select_related("account", "order").get(pk=refund.pk)
    return {each.case.refund_id: each.ways for each in linked_cases(fresh, **asked)}


CODES = dict(
    zip(
        "ABCDXYZ",
        (
            FactorCode.REFUND_VELOCITY,
            FactorCode.FAST_REFUND,
            FactorCode.NEW_ACCOUNT,
            FactorCode.BURST,
            FactorCode.SHARED_IP,
            FactorCode.STRUCTURING,
            FactorCode.CREDIT_TO_CASH,
        ),
        strict=True,
    )
)


def factor(letter: str, points: int) -> dict[str, Any]:
    return factor_document(Factor(CODES[letter], "", points, None, None, Unit.NONE, 0, {}, ()))


def test_links_nothing_that_has_nothing_in_common() -> None:
    one, _other = refunds(2)
    # One client's orders of the tests go to one shop, which links only where that is asked for.
    assert links(one) == {}


def test_links_by_the_account_and_what_is_already_decided_too() -> None:
    one, other = refunds(2)
    Refund.objects.filter(pk=other.pk).update(account=one.account_id)
    open_desk(other).decide(DENIAL)
    assert links(one) == {other.pk: [Way.ACCOUNT]}


@pytest.mark.parametrize("kind", list(FactorKind))
def test_links_by_a_factor_that_two_accounts_share(kind: FactorKind) -> None:
    one, other, third = refunds(3)
    for refund, value in ((one, b"same"), (other, b"same"), (third, b"")):
        subject = Subject.objects.create()
        Account.objects.filter(pk=refund.account_id).update(subject=subject)
        VerificationFactor.objects.create(
            subject=subject, kind=kind, status=FactorStatus.VERIFIED, match_hash=value, updated_at=NOON
        )
    assert links(one) == {other.pk: [Way(kind.value)]}
    assert links(third) == {}


def test_links_by_the_instrument_that_paid_or_is_refunded_to() -> None:
    one, other, third = refunds(3)
    paid = Instrument.objects.filter(payments__order=one.order_id).first()
    assert paid is not None
    own = Instrument.objects.create(client=one.client, type="wallet", fingerprint="w-9")
    Refund.objects.filter(pk=other.pk).update(destination=paid)
    Refund.objects.filter(pk__in=[one.pk, third.pk]).update(destination=own)
    assert links(one) == {other.pk: [Way.INSTRUMENT], third.pk: [Way.INSTRUMENT]}


def test_links_by_the_device() -> None:
    one, other, third = refunds(3)
    Refund.objects.filter(pk__in=[one.pk, other.pk]).update(device_id="d-1")
    Refund.objects.filter(pk=third.pk).update(device_id="")
    assert links(one) == {other.pk: [Way.DEVICE]}


@pytest.mark.parametrize(
    ("status", "role", "is_linked"),
    [
        (RingStatus.SUSPECTED, "passes_on", True),
        (RingStatus.CONFIRMED, "passes_on", True),
        (RingStatus.DISMISSED, "passes_on", False),
        (RingStatus.SUSPECTED, "receives", False),
    ],
)
def test_links_by_a_ring_that_was_not_dismissed_and_not_by_its_edge(
    status: RingStatus, role: str, is_linked: bool
) -> None:
    one, other = refunds(2)
    ring = Ring.objects.create(
        client=one.client, kind=RingKind.CYCLE, score=90, chance=0.1, status=status, **ring_rest(status)
    )
    RingMember.objects.create(ring=ring, account_id=one.account_id)
    RingMember.objects.create(ring=ring, account_id=other.account_id, role=role)
    assert links(one) == ({other.pk: [Way.RING]} if is_linked else {})


def test_links_open_cases_of_the_shop_only_where_asked() -> None:
    one, other, third = refunds(3)
    for refund in (other, third):
        Refund.objects.filter(pk=refund.pk).update(shop=one.shop_id)
    open_desk(third).decide(APPROVAL)
    assert links(one) == {}
    assert links(one, with_shop=True) == {other.pk: [Way.SHOP]}
    assert links(one, with_shop=True, with_itself=True).keys() == {one.pk, other.pk}


def test_names_the_factor_that_leads_and_how_much_is_common() -> None:
    factors = [factor("A", -10), factor("B", 5), factor("C", 20), factor("D", 0)]
    assert leading_code(factors) == CODES["C"].value
    assert leading_code([factor("A", -10), factor("D", 0)]) == ""
    assert likeness(frozenset("AB"), frozenset("BC")) == pytest.approx(1 / 3)
    assert likeness(frozenset(), frozenset()) == 0


def test_shows_how_the_most_like_cases_were_decided() -> None:
    sets = ["AB", "AB", "AB", "ABC", "AXYZ", "B"]
    client = make_client()
    made = [
        submit(
            make_order(client, Goods(3000)),
            RiskOutcome.REVIEW,
            factors=[factor(code, 50 - place) for place, code in enumerate(codes)],
        )
        for codes in sets
    ]
    for place, (refund, verdict) in enumerate(zip(made[1:], [DENIAL, APPROVAL, DENIAL, DENIAL, DENIAL], strict=True)):
        person = make_person(f"p{place}")
        open_desk(refund, person, now=NOON + timedelta(minutes=place)).decide(
            verdict, now=NOON + timedelta(minutes=place)
        )

    case = ReviewCase.objects.select_related("refund__assessment").get(refund=made[0])
    alike = alike_cases(case)

    # What has less than two fifths in common, or leads with another factor, is left out.
    assert alike.outcomes == {DecisionOutcome.DENY: 2, DecisionOutcome.APPROVE: 1}
    assert [each.refund_id for each in alike.nearest] == [made[2].pk, made[1].pk, made[3].pk]


def ring_rest(status: RingStatus) -> dict[str, object]:
    person = make_person("chen") if status is not RingStatus.SUSPECTED else None
    decided = {"decided_by": person, "decided_at": NOON, "reason": "Seen."} if person is not None else {}
    return {"fingerprint": b"f", "detected_at": NOON, "begun_at": NOON, "ended_at": NOON, "updated_at": NOON, **decided}
