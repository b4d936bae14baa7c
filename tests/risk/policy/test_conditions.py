"""Conditions: what is refused and where, what holds, what is unknown and what fails."""

from dataclasses import replace
from typing import Any

import pytest

from apps.risk.facts import InstrumentKind, InstrumentRole, RefundFacts, SharedInstrument, VerificationState
from apps.risk.policy.conditions import (
    MOST_CHARACTERS,
    ConditionFailed,
    ConditionFlawed,
    FactUnknown,
    Scope,
    condition_check,
    condition_holds,
    scope_types,
)
from tests.risk.calm import CALM, calm, verified_but


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("habits.nope > 1", 1, 7, "undeclared reference to 'habits.nope'"),
        ("habits.orders > 3 &&\n  habits.refundd > 1", 2, 9, "undeclared reference to 'habits.refundd'"),
        ("amount > '3'", 1, 8, "found no matching overload for '_>_' applied to '(int, string)'"),
        ("amount > 1.5", 1, 8, "found no matching overload for '_>_' applied to '(int, double)'"),
        ("amount", 1, 1, "is int, not bool"),
        ("currency + 'x'", 1, 1, "is string, not bool"),
        ("open('x')", 1, 5, "undeclared reference to 'open'"),
        ("amount == 1; true", 1, 12, None),
        ("amount >", 1, 9, None),
        ("true" + " || true" * 100, 0, 0, f"longer than {MOST_CHARACTERS} characters"),
        (
            "payment.other_payers.all(a, payment.other_payers.all(b, payment.other_payers . all (c, true)))",
            0,
            0,
            "walks lists more than 2 times",
        ),
        ("verdict.score > 3", 1, 8, "undeclared reference to 'verdict.score'"),
    ],
)
def test_refuses_with_the_place_and_the_reason(text: str, line: int, column: int, reason: str | None) -> None:
    with pytest.raises(ConditionFlawed) as refusal:
        condition_check(text, Scope.FACTS)
    flaw = refusal.value.flaw
    assert (flaw.line, flaw.column) == (line, column)
    assert reason is None or flaw.reason == reason


@pytest.mark.parametrize(
    ("scope", "text", "is_known"),
    [
        (Scope.VERDICT, "verdict.score >= 70 && verdict.level == 'critical'", True),
        (Scope.VERDICT, "decision.amount > 1", False),
        (Scope.DECISION, "decision.outcome == 'deny' || decision.amount > 100000 || verdict.outcome == 'review'", True),
    ],
)
def test_knows_the_names_of_its_scope(scope: Scope, text: str, *, is_known: bool) -> None:
    if is_known:
        condition_check(text, scope)
    else:
        with pytest.raises(ConditionFlawed):
            condition_check(text, scope)


PAID_BY_MANY = calm(
    shared_instruments=(SharedInstrument(InstrumentRole.PAID, InstrumentKind.WALLET, "4242", 6, ("A-2", "A-3")),)
)


DOCUMENT_FAILED = calm(verification=verified_but(id_document=VerificationState.FAILED))


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("", CALM, True),
        ("amount >= 10000 && currency == 'CNY'", CALM, True),
        ("amount > 10000", CALM, False),
        ("habits . orders == 1", CALM, True),
        ("category in ['gift_card', 'top_up']", CALM, True),
        ("requested_at.getHours('Asia/Shanghai') == 20", CALM, True),
        (
            "verification.id_document.state == 'failed'",
            calm(verification=verified_but(id_document=VerificationState.FAILED)),
            True,
        ),
        ("habits.windows.hours_168.baskets >= 1", CALM, True),
        ("payment.by_kind['bank_card'] == payment.total", CALM, True),
        ("'wallet' in payment.by_kind", CALM, False),
        ("shared_instruments.paid.accounts >= 5", PAID_BY_MANY, True),
        ("shared_instruments.paid.account_ids.exists(a, a == 'A-3')", PAID_BY_MANY, True),
        ("shared_instruments.destination.accounts == 0", PAID_BY_MANY, True),
        ("destination.kind == 'bank_card'", CALM, True),
        # What decides alone is not held up by what is unknown.
        ("account.age_days < 3 || amount > 1", calm(account={"age_days": None}), True),
        ("account.age_days < 3 && amount < 1", calm(account={"age_days": None}), False),
    ],
)
def test_holds_or_does_not(text: str, facts: RefundFacts, *, holds: bool) -> None:
    assert condition_holds(text, Scope.FACTS, facts) is holds


@pytest.mark.parametrize(
    ("text", "changed", "fact"),
    [
        ("account.age_days < 3", {"account": {"age_days": None}}, "account.age_days"),
        ("!(account.age_days < 3)", {"account": {"age_days": None}}, "account.age_days"),
        ("destination.is_source", {"destination": None}, "destination.is_source"),
        ("claim.accounts == 0", {}, "claim.accounts"),
    ],
)
def test_takes_what_is_unknown_for_neither_nothing_nor_no(text: str, changed: dict[str, Any], fact: str) -> None:
    with pytest.raises(FactUnknown) as unknown:
        condition_holds(text, Scope.FACTS, calm(**changed))
    assert unknown.value.fact == fact


@pytest.mark.parametrize(
    "text", ["amount / (habits.orders - 1) > 1", "payment.by_kind['wallet'] > 1", "payment.other_payers[3] == 'A-1'"]
)
def test_fails_where_it_cannot_be_worked_out(text: str) -> None:
    with pytest.raises(ConditionFailed):
        condition_holds(text, Scope.FACTS, CALM)


def test_sees_what_stands_beside_the_facts() -> None:
    beside = {"verdict.score": 80, "verdict.level": "critical", "verdict.outcome": "review"}
    assert condition_holds("verdict.score > 70 && amount > 1", Scope.VERDICT, CALM, beside)


def test_has_a_name_for_every_fact_that_is_a_value() -> None:
    names = scope_types(Scope.FACTS)
    assert {"amount", "goods.consumed_percent", "past.denied", "verification.phone.shared_by", "claim.accounts"} < set(
        names
    )
    assert not any(name.startswith("verdict") for name in names)


def test_does_not_end_late_on_long_lists() -> None:
    facts = calm(payment={"other_payers": tuple(f"A-{number}" for number in range(20))})
    text = "payment.other_payers.all(a, payment.other_payers.exists(b, a == b))"
    assert condition_holds(text, Scope.FACTS, replace(facts, amount=1))
