"""What is read of devices, networks, owners and rings: whose, since when, and at most how much."""

from datetime import timedelta
from typing import Any

import pytest

from apps.common.ciphers import keyed_hash
from apps.identity.models import FactorStatus, VerificationFactor
from apps.marketplace.models import Account, InstrumentType, Order, Shop
from apps.refunds.models import Refund
from apps.rings.kinds import Kind, Role
from apps.rings.models import Ring, RingMember, RingStatus
from apps.risk.facts import DealingFacts, RefundFacts, RingFacts, SharedContext, Tie
from apps.risk.selectors import contexts
from apps.staff.models import Role as PersonRole
from tests.risk.calm import NOON
from tests.risk.platform import DAY, Platform, make_platform
from tests.risk.stored import refund_facts
from tests.support.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Platform:
    return make_platform()


def order_from(platform: Platform, account: Account, context: dict[str, str], ago: timedelta = DAY) -> Order:
    order = platform.order(account, ago=ago)
    Order.objects.filter(pk=order.pk).update(**context)
    order.refresh_from_db()
    return order


def facts_of(platform: Platform, order: Order, **context: Any) -> RefundFacts:
    refund = platform.refund(order)
    Refund.objects.filter(pk=refund.pk).update(**context)
    refund.refresh_from_db()
    return refund_facts(refund)


FROM = [("device_id", "d-1", "device", 180), ("ip", "198.51.100.7", "network", 30)]


@pytest.mark.parametrize(("column", "value", "part", "days"), FROM)
class TestContexts:
    def test_says_nothing_when_nothing_was_told(
        self, platform: Platform, column: str, value: str, part: str, days: int
    ) -> None:
        facts = facts_of(platform, platform.order(platform.account()))
        assert getattr(facts, part) is None

    def test_finds_the_other_accounts_of_orders_and_refunds(
        self, platform: Platform, column: str, value: str, part: str, days: int
    ) -> None:
        bought, asked, own = platform.account(), platform.account(), platform.account()
        order_from(platform, bought, {column: value})
        facts_of(platform, platform.order(asked), **{column: value})
        order_from(platform, own, {column: value})
        facts = facts_of(platform, order_from(platform, own, {column: value}))
        expected = tuple(sorted([bought.external_id, asked.external_id]))
        assert getattr(facts, part) == SharedContext(2, expected, is_capped=False)

    def test_looks_at_what_the_refund_itself_comes_from_too(
        self, platform: Platform, column: str, value: str, part: str, days: int
    ) -> None:
        other = platform.account()
        order_from(platform, other, {column: value})
        facts = facts_of(platform, platform.order(platform.account()), **{column: value})
        assert getattr(facts, part) == SharedContext(1, (other.external_id,), is_capped=False)

    def test_counts_nothing_old_later_or_of_other_clients(
        self, platform: Platform, column: str, value: str, part: str, days: int
    ) -> None:
        for ago in (days * DAY, timedelta(seconds=-1)):
            order_from(platform, platform.account(), {column: value}, ago)
        elsewhere = make_platform()
        order_from(elsewhere, elsewhere.account(), {column: value})
        facts = facts_of(platform, order_from(platform, platform.account(), {column: value}))
        assert getattr(facts, part) == SharedContext(0, (), is_capped=False)

    @pytest.mark.usefixtures("_few_are_read")
    def test_looks_at_the_newest_of_a_hub(
        self, platform: Platform, column: str, value: str, part: str, days: int
    ) -> None:
        for number in range(1, 7):
            order_from(platform, platform.account(), {column: value}, number * DAY)
        facts = facts_of(platform, order_from(platform, platform.account(), {column: value}, 9 * DAY))
        found = getattr(facts, part)
        assert (found.accounts, found.is_capped) == (3, True)


@pytest.fixture
def _few_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "DEVICE_SAMPLE", 3)
    monkeypatch.setattr(contexts, "NETWORK_SAMPLE", 3)


@pytest.fixture
def owner(platform: Platform) -> Account:
    owner = platform.account()
    Shop.objects.filter(pk=platform.shop.pk).update(owner_account=owner)
    return owner


def dealing_of(platform: Platform, order: Order, **refund: Any) -> DealingFacts | None:
    return refund_facts(platform.refund(order, **refund)).dealing


def test_says_nothing_of_an_owner_nobody_knows(platform: Platform) -> None:
    assert dealing_of(platform, platform.order(platform.account())) is None


def test_finds_no_tie_between_strangers(platform: Platform, owner: Account) -> None:
    platform.order(owner)
    assert dealing_of(platform, platform.order(platform.account())) == DealingFacts(owner.external_id, ())


def test_knows_an_owner_who_is_the_own_customer(platform: Platform, owner: Account) -> None:
    assert dealing_of(platform, platform.order(owner)) == DealingFacts(owner.external_id, (Tie.OWNER,))


@pytest.mark.parametrize(
    ("kind", "tie"), [("phone", Tie.PHONE), ("id_document", Tie.ID_DOCUMENT), ("bank_card", Tie.BANK_CARD)]
)
def test_finds_one_identity(platform: Platform, owner: Account, kind: str, tie: Tie) -> None:
    buyer = platform.account()
    for account in (buyer, owner):
        platform.identified(account, **{kind: FactorStatus.VERIFIED})
        VerificationFactor.objects.filter(subject=account.subject).update(match_hash=keyed_hash(kind, "one"))
    assert dealing_of(platform, platform.order(buyer)) == DealingFacts(owner.external_id, (tie,))


def test_finds_money_from_and_to_the_owner(platform: Platform, owner: Account) -> None:
    buyer, card = platform.account(), platform.instrument()
    paid = platform.order(buyer, payer=owner)
    assert dealing_of(platform, paid) == DealingFacts(owner.external_id, (Tie.PAYER,))
    wallet = platform.instrument(InstrumentType.WALLET, owner)
    assert dealing_of(platform, platform.order(buyer), to=wallet) == DealingFacts(owner.external_id, (Tie.DESTINATION,))
    platform.order(owner, paid_with=[card])
    assert dealing_of(platform, platform.order(buyer, paid_with=[card])) == DealingFacts(
        owner.external_id, (Tie.INSTRUMENT,)
    )


def test_finds_one_device(platform: Platform, owner: Account) -> None:
    order_from(platform, owner, {"device_id": "d-1"})
    order = order_from(platform, platform.account(), {"device_id": "d-1"})
    assert facts_of(platform, order).dealing == DealingFacts(owner.external_id, (Tie.DEVICE,))
    refund = facts_of(platform, platform.order(platform.account()), device_id="d-1")
    assert refund.dealing == DealingFacts(owner.external_id, (Tie.DEVICE,))


def a_ring(platform: Platform, kind: Kind = Kind.CYCLE, /, **fields: Any) -> Ring:
    given = {"score": 90, "chance": 0.1, "begun_at": NOON, "ended_at": NOON, "detected_at": NOON, "updated_at": NOON}
    return Ring.objects.create(
        client=platform.client, kind=kind.value, fingerprint=str(Ring.objects.count()).encode(), **(given | fields)
    )


def test_finds_the_rings_of_the_buyer_and_of_the_shop(platform: Platform) -> None:
    buyer = platform.account()
    decided: dict[str, Any] = {
        "decided_by": make_person(role=PersonRole.SUPERVISOR),
        "decided_at": NOON,
        "reason": "Clear",
    }
    mine, of_shop = a_ring(platform), a_ring(platform, Kind.DENSE_BLOCK, status=RingStatus.CONFIRMED, **decided)
    dismissed, later = (
        a_ring(platform, status=RingStatus.DISMISSED, **decided),
        a_ring(platform, detected_at=NOON + DAY),
    )
    for ring in (mine, dismissed, later):
        RingMember.objects.create(ring=ring, account=buyer, role=Role.PASSES_ON.value)
    RingMember.objects.create(ring=mine, shop=platform.shop, role=Role.SELLS.value)
    RingMember.objects.create(ring=of_shop, shop=platform.shop, role=Role.SELLS.value)
    RingMember.objects.create(ring=of_shop, account=platform.account(), role=Role.BUYS.value)
    assert refund_facts(platform.refund(platform.order(buyer))).rings == (
        RingFacts(of_shop.pk, Kind.DENSE_BLOCK, Role.SELLS, is_confirmed=True, score=90, is_through_shop=True),
        RingFacts(mine.pk, Kind.CYCLE, Role.PASSES_ON, is_confirmed=False, score=90, is_through_shop=False),
    )


def test_belongs_to_no_ring_by_default(platform: Platform) -> None:
    assert refund_facts(platform.refund(platform.order(platform.account()))).rings == ()
