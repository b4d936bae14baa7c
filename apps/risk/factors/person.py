"""Who the customer is: how new, how well verified, who shares identity and instruments, how it went before."""

from apps.risk.factors.factor import Factor, RecordKind, Unit, care_of, reached, records, weighs
from apps.risk.facts import InstrumentRole, RefundFacts, VerificationState
from apps.risk.policy import FactorCode, Policy


def minor_purchase(facts: RefundFacts, policy: Policy) -> Factor | None:
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


def new_account(facts: RefundFacts, policy: Policy) -> Factor | None:
    """The account was registered lately."""
    age = facts.account.age_days
    if age is None:
        return None
    band = next((band for band in policy.new_account if age < band.threshold), None)
    points = weighs(band.points, care_of(facts, policy)) if band else None
    if band is None or points is None:
        return None
    return Factor(
        code=FactorCode.NEW_ACCOUNT,
        rule="days",
        points=points,
        observed=age,
        threshold=band.threshold,
        unit=Unit.DAYS,
        window_hours=0,
        numbers={},
        records=records(RecordKind.ACCOUNT, [facts.account.id]),
    )


def weak_verification(facts: RefundFacts, policy: Policy) -> Factor | None:
    """Factors that are missing, failed, expired or in another name. `observed` counts them."""
    care = care_of(facts, policy)
    weak = [factor for factor in facts.verification if factor.state != VerificationState.VERIFIED]
    if facts.is_verification_told:
        summed = sum(policy.verification[factor.state][factor.kind] for factor in weak)
        points = min(summed, policy.verification_most.under(care))
    else:
        points = policy.verification_untold.under(care)
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


def shared_identity(facts: RefundFacts, policy: Policy) -> Factor | None:
    """The phone, document or card that weighs most among those that other accounts use too."""
    care = care_of(facts, policy)
    hits = [
        (points, factor, band)
        for factor in facts.verification
        if factor.shared_by
        and (band := reached(policy.shared_identity[factor.kind], factor.shared_by)) is not None
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


def shared_instrument(facts: RefundFacts, policy: Policy) -> Factor | None:
    """The payment instrument or destination that weighs most among those that other accounts use too."""
    care = care_of(facts, policy)
    bands = {InstrumentRole.PAID: policy.shared_paid, InstrumentRole.DESTINATION: policy.shared_destination}
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


def past_outcomes(facts: RefundFacts, policy: Policy) -> Factor | None:
    """Earlier denials count against; orders kept, without any denial and with little refunded, in favour."""
    care = care_of(facts, policy)
    past, habits = facts.past, facts.habits
    band = reached(policy.past_denials, past.denied)
    refunds_little = 100 * habits.refunded < min(band.threshold for band in policy.value_share) * habits.bought
    keeps_enough = past.kept_orders >= policy.good_history_orders and past.kept_amount >= facts.amount
    is_good = not past.denied and keeps_enough and refunds_little
    chosen = band.points if band else policy.good_history if is_good else None
    points = weighs(chosen, care) if chosen else None
    if points is None:
        return None
    return Factor(
        code=FactorCode.PAST_OUTCOMES,
        rule="denied" if band else "kept",
        points=points,
        observed=past.denied if band else past.kept_orders,
        threshold=band.threshold if band else policy.good_history_orders,
        unit=Unit.COUNT,
        window_hours=24 * past.days,
        numbers={"denied": past.denied, "paid": past.paid, "kept_orders": past.kept_orders},
        records=records(RecordKind.REFUND, past.denied_ids),
    )
