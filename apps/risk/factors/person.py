"""Who the customer is: how new, how well verified, who shares identity and instruments, how it went before."""

from typing import Any

from apps.rings.kinds import Kind
from apps.risk.factors.factor import Factor, Number, RecordKind, Unit, earned, hit_of, reached, records, unknown, weighs
from apps.risk.factors.rings import ring_factor
from apps.risk.factors.rule import Rule
from apps.risk.facts import InstrumentRole, PastFacts, RefundFacts, VerificationKind, VerificationState
from apps.risk.policy import Care, FactorCode
from apps.risk.policy.person import (
    MinorPurchase,
    NewAccount,
    PastOutcomes,
    SameReasonText,
    SharedIdentity,
    SharedInstrument,
    WeakVerification,
)


def minor_purchase(facts: RefundFacts, settings: MinorPurchase, care: Care) -> Factor | None:
    """Names the lane and weighs nothing: it is why a person looks, not a reason against the customer."""
    if not facts.is_minor_purchase:
        return None
    return Factor(
        code=FactorCode.MINOR_PURCHASE,
        rule="account" if facts.account.is_minor else "reason",
        points=0,
        observed=None,
        threshold=None,
        unit=Unit.NONE,
        window_hours=0,
        numbers={},
        records=records(RecordKind.ACCOUNT, [facts.account.id]),
    )


def new_account(facts: RefundFacts, settings: NewAccount, care: Care) -> Factor | None:
    """The account was registered lately."""
    age = facts.account.age_days
    if age is None:
        return unknown(settings.code, "account.age_days")
    hit = earned(next((band for band in settings.bands if age < band.threshold), None), care)
    if hit is None:
        return None
    return Factor(
        code=FactorCode.NEW_ACCOUNT,
        rule="days",
        points=hit.points,
        observed=age,
        threshold=hit.threshold,
        unit=Unit.DAYS,
        window_hours=0,
        numbers={},
        records=records(RecordKind.ACCOUNT, [facts.account.id]),
    )


def weak_verification(facts: RefundFacts, settings: WeakVerification, care: Care) -> Factor | None:
    """Factors that are missing, failed, expired or in another name. `observed` counts them."""
    weak = [factor for factor in facts.verification if factor.state != VerificationState.VERIFIED]
    if facts.is_verification_told:
        summed = sum(settings.states[factor.state].of(factor.kind) for factor in weak)
        points = min(summed, settings.most.under(care))
    else:
        points = settings.untold.under(care)
    if not points:
        return None
    return Factor(
        code=FactorCode.WEAK_VERIFICATION,
        rule="states" if facts.is_verification_told else "untold",
        points=points,
        observed=len(weak),
        threshold=None,
        unit=Unit.COUNT,
        window_hours=0,
        numbers={factor.kind.value: factor.state.value for factor in facts.verification},
        records=records(RecordKind.ACCOUNT, [facts.account.id]),
    )


def shared_identity(facts: RefundFacts, settings: SharedIdentity, care: Care) -> Factor | None:
    """Shared with other accounts, or accounts of one person by what the search found; what weighs most."""
    ring = ring_factor(facts, Kind.SHARED_IDENTITY, settings.ring, care) if settings.ring is not None else None
    found = [factor for factor in (_shared_verification(facts, settings, care), ring) if factor is not None]
    return max(found, key=lambda factor: factor.points, default=None)


def _shared_verification(facts: RefundFacts, settings: SharedIdentity, care: Care) -> Factor | None:
    """The phone, document or card that weighs most among those that other accounts use too."""
    bands = {
        VerificationKind.PHONE: settings.phone,
        VerificationKind.ID_DOCUMENT: settings.id_document,
        VerificationKind.BANK_CARD: settings.bank_card,
    }
    hits = [
        (points, factor, band)
        for factor in facts.verification
        if factor.shared_by
        and (band := reached(bands[factor.kind], factor.shared_by)) is not None
        and (points := weighs(band.points, care)) is not None
    ]
    if not hits:
        return None
    points, factor, band = max(hits, key=lambda hit: hit[0])
    return Factor(
        code=FactorCode.SHARED_IDENTITY,
        rule=factor.kind.value,
        points=points,
        observed=factor.shared_by,
        threshold=band.threshold,
        unit=Unit.COUNT,
        window_hours=0,
        numbers={},
        records=records(RecordKind.ACCOUNT, factor.account_ids),
    )


def shared_instrument(facts: RefundFacts, settings: SharedInstrument, care: Care) -> Factor | None:
    """The payment instrument or destination that weighs most among those that other accounts use too."""
    bands = {InstrumentRole.PAID: settings.paid, InstrumentRole.DESTINATION: settings.destination}
    hits = [
        (points, shared, band)
        for shared in facts.shared_instruments
        if (band := reached(bands[shared.role], shared.accounts)) is not None
        and (points := weighs(band.points, care)) is not None
    ]
    if not hits:
        return None
    points, shared, band = max(hits, key=lambda hit: hit[0])
    return Factor(
        code=FactorCode.SHARED_INSTRUMENT,
        rule=shared.role.value,
        points=points,
        observed=shared.accounts,
        threshold=band.threshold,
        unit=Unit.COUNT,
        window_hours=0,
        numbers={"instrument": shared.kind.value, "last4": shared.last4},
        records=records(RecordKind.ACCOUNT, shared.account_ids),
    )


def same_reason_text(facts: RefundFacts, settings: SameReasonText, care: Care) -> Factor | None:
    """Other accounts claim nearly the same; what very many claim is a template, which is named and weighs nothing."""
    claim = facts.claim
    if claim is None:
        return None
    band = reached(settings.bands, claim.accounts)
    is_template = claim.accounts >= settings.template_from
    points = 0 if is_template else weighs(band.points, care) if band else None
    if band is None or points is None:
        return None
    return Factor(
        code=FactorCode.SAME_REASON_TEXT,
        rule="template" if is_template else "alike",
        points=points,
        observed=claim.accounts,
        threshold=settings.template_from if is_template else band.threshold,
        unit=Unit.COUNT,
        window_hours=24 * claim.days,
        numbers={},
        records=records(RecordKind.REFUND, claim.refund_ids),
    )


def past_outcomes(facts: RefundFacts, settings: PastOutcomes, care: Care) -> Factor | None:
    """Earlier denials count against; orders kept, without any denial and with little refunded, in favour."""
    return _denials(facts.past, settings, care) or _kept(facts, settings, care)


def _denials(past: PastFacts, settings: PastOutcomes, care: Care) -> Factor | None:
    hit = hit_of(settings.denials, past.denied, care)
    if hit is None:
        return None
    on_top = settings.upheld.under(care) if past.upheld and settings.upheld else 0
    return _past(
        past,
        "upheld" if past.upheld else "denied",
        points=hit.points + on_top,
        observed=past.denied,
        threshold=hit.threshold,
    )


def _kept(facts: RefundFacts, settings: PastOutcomes, care: Care) -> Factor | None:
    past, habits = facts.past, facts.habits
    refunds_little = 100 * habits.refunded < settings.kept_refunded_under * habits.bought
    keeps_enough = past.kept_orders >= settings.kept_least_orders and past.kept_amount >= facts.amount
    is_good = not past.denied and keeps_enough and refunds_little
    points = weighs(settings.kept, care) if is_good else None
    if points is None:
        return None
    return _past(past, "kept", points=points, observed=past.kept_orders, threshold=settings.kept_least_orders)


def _past(past: PastFacts, rule: str, *, points: int, observed: int, threshold: int) -> Factor:
    numbers: dict[str, Number] = {"denied": past.denied, "paid": past.paid, "kept_orders": past.kept_orders}
    if past.upheld:
        numbers["upheld"] = past.upheld
    return Factor(
        code=FactorCode.PAST_OUTCOMES,
        rule=rule,
        points=points,
        observed=observed,
        threshold=threshold,
        unit=Unit.COUNT,
        window_hours=24 * past.days,
        numbers=numbers,
        records=records(RecordKind.REFUND, past.denied_ids),
    )


RULES: tuple[Rule[Any], ...] = (
    Rule(MinorPurchase, minor_purchase),
    Rule(NewAccount, new_account),
    Rule(WeakVerification, weak_verification),
    Rule(SharedIdentity, shared_identity),
    Rule(SharedInstrument, shared_instrument),
    Rule(SameReasonText, same_reason_text),
    Rule(PastOutcomes, past_outcomes),
)
