"""Legal histories: everything here went through the services, so no test starts from a state that cannot be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from apps.clients.models import ApiClient
from apps.common.actors import Actor, ActorKind
from apps.common.errors import Refusal
from apps.marketplace.models import Account, Category, Instrument, InstrumentType, Line, Order, Payment, Shop
from apps.marketplace.services.absorb import absorb
from apps.payouts.models import Hold
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.refunds.services.draft import refunds_draft
from apps.reviews.models import Claim, DecisionOutcome, DecisionReason, ReviewCase
from apps.reviews.services.claim import case_claim
from apps.reviews.services.decide import case_decide
from apps.reviews.services.intake import refunds_place
from apps.reviews.verdicts import Verdict
from apps.risk.models import RiskAssessment, RiskLevel, RiskOutcome
from apps.staff.models import Person, Role

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_numbers = count(1)


def make_client(name: str = "") -> ApiClient:
    """Make an API client."""
    return ApiClient.objects.create(name=name or f"platform {next(_numbers)}", created_at=NOON)


def make_person(username: str = "", role: Role = Role.REVIEWER) -> Person:
    """Make somebody who works in the console."""
    name = username or f"person{next(_numbers)}"
    person = Person(username=name, display_name=name.title(), role=role, created_at=NOON)
    person.set_unusable_password()
    person.save()
    return person


def person_actor(person: Person) -> Actor:
    """Return the person acting."""
    return Actor(ActorKind.PERSON, str(person), person_id=person.pk)


def client_actor(client: ApiClient) -> Actor:
    """Return the API client acting."""
    return Actor(ActorKind.CLIENT, client.name, client_id=client.pk)


@dataclass(frozen=True)
class Goods:
    """One order line to be: its price in minor units, and whether it was consumed."""

    amount: int
    category: Category = Category.GIFT_CARD
    consumed_percent: int | None = None


def make_order(
    client: ApiClient,
    *goods: Goods,
    account: Account | None = None,
    shop: Shop | None = None,
    placed_at: datetime = NOON - timedelta(days=1),
    currency: str = "CNY",
) -> Order:
    """Make an order that is fully paid by bank card."""
    number = next(_numbers)
    account = account or Account.objects.create(
        client=client, external_id=f"A-{number}", registered_at=NOON - timedelta(days=400), described_at=NOON
    )
    shop = shop or Shop.objects.create(client=client, external_id=f"S-{number}", name="Shop", described_at=NOON)
    total = sum(part.amount for part in goods)
    order = Order.objects.create(
        client=client,
        external_id=f"O-{number}",
        account=account,
        shop=shop,
        placed_at=placed_at,
        currency=currency,
        paid_amount=total,
    )
    for position, part in enumerate(goods, start=1):
        Line.objects.create(
            order=order,
            external_id=str(position),
            position=position,
            title=f"Goods {position}",
            category=part.category,
            quantity=1,
            unit_amount=part.amount,
            amount=part.amount,
            consumed_percent=part.consumed_percent,
        )
    card = Instrument.objects.create(
        client=client, type=InstrumentType.BANK_CARD, fingerprint=f"card-{number}", holder_account=account
    )
    Payment.objects.create(
        order=order, external_id=f"P-{number}", paid_at=placed_at, amount=total, instrument=card, payer_account=account
    )
    return order


def refund_body(order: Order, amount: int | None = None, /, **changed: Any) -> dict[str, Any]:
    """Return a refund request for an order that was sent before, JSON-ready."""
    return {
        "reference": f"RF-{next(_numbers)}",
        "requested_at": NOON.isoformat(),
        "amount": order.paid_amount if amount is None else amount,
        "currency": order.currency,
        "reason": {"code": "changed_mind", "text": "没有使用"},
        "channel": "app",
        "order": {"id": order.external_id},
        **changed,
    }


def whole_lines(order: Order) -> list[dict[str, Any]]:
    """Return every line of an order, asked for in full."""
    return [{"id": line.external_id, "amount": line.amount} for line in order.lines.order_by("position")]


@transaction.atomic
def submit(
    order: Order,
    outcome: RiskOutcome,
    /,
    *,
    amount: int | None = None,
    level: RiskLevel = RiskLevel.HIGH,
    hold_minutes: int = 24 * 60,
    factors: Sequence[Mapping[str, Any]] = (),
    now: datetime = NOON,
    **changed: Any,
) -> Refund:
    """Take in a refund that is requested now, and whose assessment the test chooses."""
    asked = {"requested_at": now.isoformat()} | changed
    record = RefundRecord.model_validate(refund_body(order, amount, **asked))
    absorbed = absorb(client_id=order.client_id, lock_orders=[order.external_id], now=now)
    (draft,) = refunds_draft([record], client=order.client, absorbed=absorbed, now=now)
    if isinstance(draft, Refusal):
        raise draft
    assessment = RiskAssessment(
        refund_id=draft.refund.pk,
        policy_version=1,
        score=60,
        level=level,
        outcome=outcome,
        hold_minutes=hold_minutes,
        factors=list(factors),
        created_at=now,
    )
    refunds_place([draft], [assessment], client=order.client, actor=client_actor(order.client), now=now)
    return draft.refund


@dataclass(frozen=True)
class Desk:
    """A case that somebody has claimed."""

    refund: Refund
    case: ReviewCase
    claim: Claim
    person: Person
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "actor", person_actor(self.person))

    def decide(self, verdict: Verdict, *, now: datetime = NOON) -> None:
        """Decide the case under this claim."""
        case_decide(self.case.id, verdict, person=self.person, token=self.claim.token, actor=self.actor, now=now)


def open_desk(refund: Refund, person: Person | None = None, *, now: datetime = NOON) -> Desk:
    """Claim the open case of a refund."""
    person = person or make_person()
    case = ReviewCase.objects.get(refund=refund, closed_at__isnull=True)
    claim = case_claim(case.id, person, actor=person_actor(person), now=now)
    return Desk(refund, case, claim, person)


APPROVAL = Verdict(DecisionOutcome.APPROVE, DecisionReason.EXPLAINED)
DENIAL = Verdict(DecisionOutcome.DENY, DecisionReason.CONSUMED, customer_message="The code was redeemed.")


def held_refund(order: Order, person: Person | None = None, *, now: datetime = NOON) -> tuple[Refund, Hold]:
    """Make a refund that waits: held by the policy, or by the person's approval."""
    if person is None:
        refund = submit(order, RiskOutcome.HOLD, now=now)
    else:
        refund = submit(order, RiskOutcome.REVIEW, now=now)
        open_desk(refund, person, now=now).decide(APPROVAL, now=now)
    refund.refresh_from_db()
    return refund, Hold.objects.get(refund=refund, ended_at__isnull=True)
