"""Where the money came from and where it shall go."""

from typing import Any

from apps.risk.factors.factor import Factor, Record, RecordKind, Unit, reached, records, weighs
from apps.risk.factors.rule import Rule
from apps.risk.facts import InstrumentKind, RefundFacts
from apps.risk.policy import Care, FactorCode
from apps.risk.policy.money import CreditToCash, DestinationMismatch, PayerMismatch

# How many payers the sentence names; the records hold them all.
PAYERS_NAMED = 3


def payer_mismatch(facts: RefundFacts, settings: PayerMismatch, care: Care) -> Factor | None:
    """Somebody else paid. It weighs when the money shall not go back to where it came from."""
    payers = facts.payment.other_payers
    if not payers:
        return None
    goes_elsewhere = facts.destination is not None and facts.destination.is_source is False
    points = weighs(settings.elsewhere if goes_elsewhere else settings.returned, care)
    if points is None:
        return None
    return Factor(
        code=FactorCode.PAYER_MISMATCH,
        rule="elsewhere" if goes_elsewhere else "returned",
        points=points,
        observed=len(payers),
        threshold=None,
        unit=Unit.COUNT,
        window_hours=0,
        numbers={"payer": ", ".join(payers[:PAYERS_NAMED])},
        records=records(RecordKind.ACCOUNT, payers),
    )


def destination_mismatch(facts: RefundFacts, settings: DestinationMismatch, care: Care) -> Factor | None:
    """The refund shall go to an instrument that did not pay. The buyer's own balance with the shop is none such."""
    destination = facts.destination
    if destination is None or destination.is_source is not False:
        return None
    is_anothers = destination.is_holder_the_buyer is False
    if destination.kind == InstrumentKind.BALANCE and not is_anothers:
        return None
    points = weighs(settings.another if is_anothers else settings.new, care)
    if points is None:
        return None
    return Factor(
        code=FactorCode.DESTINATION_MISMATCH,
        rule="another" if is_anothers else "new",
        points=points,
        observed=None,
        threshold=None,
        unit=Unit.NONE,
        window_hours=0,
        numbers={"destination": destination.kind.value, "holder": destination.holder},
        records=(Record(RecordKind.ACCOUNT, destination.holder),) if is_anothers and destination.holder else (),
    )


def credit_to_cash(facts: RefundFacts, settings: CreditToCash, care: Care) -> Factor | None:
    """Paid with credit that is no money yet, asked back as money."""
    destination, payment = facts.destination, facts.payment
    is_cash = destination is not None and destination.kind in settings.cash_kinds
    if destination is None or not is_cash or destination.is_source is not False or payment.total <= 0:
        return None
    credit = sum(amount for kind, amount in payment.by_kind.items() if kind in settings.credit_kinds)
    card = payment.by_kind.get(InstrumentKind.CREDIT_CARD, 0)
    hits = [
        (points, rule, amount, band)
        for rule, amount, bands in (
            ("credit", credit, settings.credit),
            ("credit_card", card, settings.credit_card),
        )
        if (band := reached(bands, 100 * amount / payment.total)) is not None
        and (points := weighs(band.points, care)) is not None
    ]
    if not hits:
        return None
    points, rule, amount, band = max(hits, key=lambda hit: hit[0])
    paid_kinds = settings.credit_kinds if rule == "credit" else {InstrumentKind.CREDIT_CARD}
    return Factor(
        code=FactorCode.CREDIT_TO_CASH,
        rule=rule,
        points=points,
        observed=round(100 * amount / payment.total, 2),
        threshold=band.threshold,
        unit=Unit.PERCENT,
        window_hours=0,
        numbers={
            "amount": amount,
            "currency": facts.currency,
            "paid_with": ",".join(kind.value for kind in payment.by_kind if kind in paid_kinds),
            "destination": destination.kind.value,
        },
        records=records(RecordKind.ORDER, [facts.order_id]),
    )


RULES: tuple[Rule[Any], ...] = (
    Rule(PayerMismatch, payer_mismatch),
    Rule(DestinationMismatch, destination_mismatch),
    Rule(CreditToCash, credit_to_cash),
)
