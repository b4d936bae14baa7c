"""A refund with nothing to say against or for it: tests change the one fact they are about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.risk.factors import Factor, factor_document, factors_of
from apps.risk.facts import (
    AccountFacts,
    Category,
    DestinationFacts,
    GoodsFacts,
    HabitFacts,
    InstrumentKind,
    PastFacts,
    PaymentFacts,
    RefundFacts,
    VerificationFacts,
    VerificationKind,
    VerificationState,
    Window,
)
from apps.risk.policy import FactorCode
from apps.risk.policy.shipped import shipped_policy

POLICY = shipped_policy()
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

CALM = RefundFacts(
    refund_id="rfd_now",
    order_id="O-1",
    requested_at=NOON,
    category=Category.GIFT_CARD,
    amount=10000,
    currency="CNY",
    is_minor_purchase=False,
    goods=GoodsFacts(
        asked_amount=10000,
        known_percent=100.0,
        consumed_percent=0.0,
        viewed_amount=0,
        consumed_lines=(),
        viewed_lines=(),
    ),
    payment=PaymentFacts(
        minutes_since=600.0,
        total=10000,
        by_kind={InstrumentKind.BANK_CARD: 10000},
        is_payer_known=True,
        other_payers=(),
    ),
    destination=DestinationFacts(InstrumentKind.BANK_CARD, "A-1", is_holder_the_buyer=True, is_source=True),
    shared_instruments=(),
    account=AccountFacts("A-1", age_days=400, is_minor=False),
    is_verification_told=True,
    verification=tuple(VerificationFacts(kind, VerificationState.VERIFIED, 0, ()) for kind in VerificationKind),
    habits=HabitFacts(
        since=NOON - timedelta(days=90),
        days=90,
        currency="CNY",
        orders=1,
        baskets=1,
        bought=10000,
        refunded=10000,
        other_currency_orders=0,
        left_out={"denied": 0, "withdrawn": 0, "minor": 0},
        windows=(Window(24, 1, ("rfd_now",)), Window(168, 1, ("rfd_now",)), Window(720, 1, ("rfd_now",))),
        refund_ids=("rfd_now",),
        is_capped=False,
    ),
    past=PastFacts(
        days=365, denied=0, paid=0, withdrawn=0, denied_ids=(), kept_orders=0, kept_amount=0, kept_after_days=30
    ),
)


def calm(category: Category = Category.GIFT_CARD, **parts: Any) -> RefundFacts:
    """Return the calm refund with some parts changed: a dict changes fields of that part, else the part itself."""
    changed = {
        name: replace(getattr(CALM, name), **part) if isinstance(part, dict) else part for name, part in parts.items()
    }
    return replace(CALM, category=category, **changed)


def windows(day: int = 1, week: int = 1, month: int = 1) -> tuple[Window, ...]:
    """Return velocity windows with so many baskets."""
    return (Window(24, day, ("rfd_now",)), Window(168, week, ("rfd_now",)), Window(720, month, ("rfd_now",)))


def verified_but(**states: VerificationState) -> tuple[VerificationFacts, ...]:
    """Return the three verification factors, verified but for those named."""
    return tuple(
        VerificationFacts(kind, states.get(kind.value, VerificationState.VERIFIED), 0, ()) for kind in VerificationKind
    )


def found(facts: RefundFacts, code: FactorCode) -> Factor | None:
    """Return the factor of this code under the shipped policy."""
    return next((factor for factor in factors_of(facts, POLICY) if factor.code == code), None)


def points(facts: RefundFacts, code: FactorCode) -> int:
    """Return the points of the factor of this code, 0 when there is none."""
    factor = found(facts, code)
    return factor.points if factor else 0


def weighed(facts: RefundFacts, code: FactorCode) -> dict[str, Any]:
    """Return the factor of this code as an assessment holds it."""
    return next(factor_document(factor) for factor in factors_of(facts, POLICY) if factor.code == code)
