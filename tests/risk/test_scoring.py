"""From factors to score, level, outcome and hold."""

from typing import Any

import pytest

from apps.risk.factors import Factor, Unit, factors_of
from apps.risk.factors.factor import failed, unknown
from apps.risk.facts import Category
from apps.risk.policy import FactorCode, Level, Outcome, Policy, policy_from
from apps.risk.policy.document import Levels
from apps.risk.scoring import level_of, score_of, second_reviews, verdict_of
from tests.risk.calm import POLICY, calm

CONSUMED, VELOCITY = FactorCode.REFUND_AFTER_CONSUMPTION, FactorCode.REFUND_VELOCITY


def factor(code: FactorCode, points: int) -> Factor:
    return Factor(code, "", points, None, None, Unit.NONE, 0, {}, ())


@pytest.mark.parametrize(
    ("points", "expected"),
    [([], 0), ([40, 25], 65), ([60, 40], 100), ([60, 41], 100), ([20, -10], 10), ([-10], 0)],
)
def test_adds_points_within_0_and_100(points: list[int], expected: int) -> None:
    assert score_of([factor(CONSUMED, weight) for weight in points], POLICY) == expected


def test_keeps_circumstances_below_review_however_many_meet() -> None:
    circumstances = [
        factor(FactorCode.FAST_REFUND, 15),
        factor(FactorCode.NEW_ACCOUNT, 20),
        factor(FactorCode.WEAK_VERIFICATION, 25),
    ]
    assert score_of(circumstances, POLICY) == 44
    assert level_of(44, POLICY) == Level.MEDIUM
    assert score_of([*circumstances, factor(VELOCITY, 19)], POLICY) == 44
    assert score_of([*circumstances, factor(VELOCITY, 20)], POLICY) == 80


def test_counts_nothing_in_favour_as_substance() -> None:
    factors = [factor(FactorCode.NEW_ACCOUNT, 60), factor(FactorCode.PAST_OUTCOMES, -10)]
    assert score_of(factors, POLICY) == 44


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (0, Level.LOW),
        (24, Level.LOW),
        (25, Level.MEDIUM),
        (44, Level.MEDIUM),
        (45, Level.HIGH),
        (69, Level.HIGH),
        (70, Level.CRITICAL),
        (100, Level.CRITICAL),
    ],
)
def test_levels_by_score(score: int, level: Level) -> None:
    assert level_of(score, POLICY) == level


@pytest.mark.parametrize(
    ("category", "score", "outcome", "hours"),
    [
        (Category.IN_GAME_ITEM, 24, Outcome.CLEAR, 0),
        (Category.IN_GAME_ITEM, 25, Outcome.HOLD, 24),
        (Category.IN_GAME_ITEM, 45, Outcome.REVIEW, 48),
        (Category.IN_GAME_ITEM, 70, Outcome.REVIEW, 72),
        (Category.SUBSCRIPTION, 24, Outcome.CLEAR, 0),
        (Category.SUBSCRIPTION, 25, Outcome.HOLD, 12),
        (Category.SUBSCRIPTION, 45, Outcome.REVIEW, 24),
        (Category.SUBSCRIPTION, 70, Outcome.REVIEW, 48),
        (Category.PHYSICAL, 24, Outcome.CLEAR, 0),
        (Category.PHYSICAL, 25, Outcome.HOLD, 4),
        (Category.PHYSICAL, 45, Outcome.REVIEW, 12),
        (Category.PHYSICAL, 70, Outcome.REVIEW, 24),
    ],
)
def test_draws_the_consequence_by_category_and_level(
    category: Category, score: int, outcome: Outcome, hours: int
) -> None:
    verdict = verdict_of(calm(category), [factor(CONSUMED, score)], POLICY)
    assert (verdict.score, verdict.outcome, verdict.hold_hours) == (score, outcome, hours)


def test_brings_every_purchase_by_a_minor_to_a_person() -> None:
    facts = calm(is_minor_purchase=True)
    verdict = verdict_of(facts, factors_of(facts, POLICY), POLICY)
    assert (verdict.score, verdict.level, verdict.outcome) == (0, Level.LOW, Outcome.REVIEW)


def test_brings_a_refund_to_a_person_of_which_a_factor_failed() -> None:
    facts = calm()
    verdict = verdict_of(facts, [failed(CONSUMED, ZeroDivisionError())], POLICY)
    assert (verdict.score, verdict.level, verdict.outcome, verdict.hold_hours) == (0, Level.LOW, Outcome.REVIEW, 0)


def test_leaves_a_refund_alone_of_which_a_factor_is_unknown() -> None:
    facts = calm()
    verdict = verdict_of(facts, [unknown(CONSUMED, "goods.consumed_percent")], POLICY)
    assert (verdict.score, verdict.level, verdict.outcome) == (0, Level.LOW, Outcome.CLEAR)


def test_orders_factors_by_weight_and_those_in_favour_last() -> None:
    facts = calm(
        account={"age_days": 1},
        goods={"viewed_amount": 1},
        payment={"minutes_since": 3.0},
        past={"kept_orders": 9, "kept_amount": 10000},
        habits={"orders": 9, "bought": 90000},
    )
    weighed = [(found.code, found.points) for found in factors_of(facts, POLICY)]
    assert weighed == [
        (FactorCode.REFUND_AFTER_CONSUMPTION, 30),
        (FactorCode.NEW_ACCOUNT, 20),
        (FactorCode.FAST_REFUND, 15),
        (FactorCode.PAST_OUTCOMES, -10),
    ]


def test_follows_the_policy_it_is_given() -> None:
    stricter = POLICY.model_copy(update={"levels": Levels(medium=8, high=9, critical=10)})
    facts = calm(payment={"minutes_since": 3.0})
    assert verdict_of(facts, factors_of(facts, stricter), stricter).outcome == Outcome.REVIEW


def with_rules(**rules: Any) -> Policy:
    return policy_from(POLICY.model_dump(mode="json", exclude_none=True) | rules)


QUEUES = [
    {"when": "amount / (habits.orders - 1) > 1", "queue": "broken"},
    {"when": "claim.accounts > 1", "queue": "unknown"},
    {"when": "verdict.score >= 40 && verdict.level == 'medium' && verdict.outcome == 'hold'", "queue": "first"},
    {"when": "amount > 1", "queue": "second"},
]


@pytest.mark.parametrize(("points", "queue"), [(40, "first"), (10, "second")])
def test_takes_the_first_queue_whose_condition_holds(points: int, queue: str) -> None:
    assert verdict_of(calm(), [factor(VELOCITY, points)], with_rules(queues=QUEUES)).queue == queue


def test_leaves_the_queue_to_the_categories_when_no_condition_holds() -> None:
    assert verdict_of(calm(), [], POLICY).queue == ""
    assert verdict_of(calm(), [], with_rules(queues=QUEUES[:3])).queue == ""


HOLDS = [
    {"when": "amount / (habits.orders - 1) > 1", "hours": 1},
    {"when": "claim.accounts > 1", "hours": 2},
    {"when": "verdict.level == 'medium' && amount >= 2", "hours": 90},
    {"when": "category == 'gift_card'", "hours": 5},
]


def test_holds_for_as_long_as_the_first_rule_says_that_applies() -> None:
    facts = calm(category=Category.GIFT_CARD)
    usual = verdict_of(facts, [factor(VELOCITY, 40)], POLICY)
    ruled = verdict_of(facts, [factor(VELOCITY, 40)], with_rules(holds=HOLDS))
    assert (ruled.outcome, ruled.hold_hours) == (usual.outcome, 90)
    assert usual.hold_hours not in {1, 2, 5, 90}
    # Not whether it waits: what is clear stays clear.
    clear = verdict_of(facts, [], with_rules(holds=HOLDS))
    assert (clear.outcome, clear.hold_hours) == (Outcome.CLEAR, 5)
    assert verdict_of(facts, [factor(VELOCITY, 40)], with_rules(holds=HOLDS[:2])).hold_hours == usual.hold_hours


SECOND = [
    {"when": "decision.outcome == 'deny' && decision.amount >= 10000", "reason": "A large denial"},
    {"when": "decision.outcome == 'approve' && verdict.level == 'critical'", "reason": "Approved against the odds"},
    {"when": "claim.accounts > 1", "reason": "Nobody knows"},
]


@pytest.mark.parametrize(
    ("points", "outcome", "amount", "reasons"),
    [
        (0, "deny", 10000, ["A large denial", "Nobody knows"]),
        (0, "deny", 9999, ["Nobody knows"]),
        (80, "approve", 1, ["Approved against the odds", "Nobody knows"]),
    ],
)
def test_asks_for_a_second_person_by_rule_and_in_doubt(
    points: int, outcome: str, amount: int, reasons: list[str]
) -> None:
    policy = with_rules(second_review=SECOND)
    verdict = verdict_of(calm(), [factor(VELOCITY, points)], policy)
    asked = second_reviews(calm(), verdict, policy, outcome=outcome, amount=amount, draw=7)
    assert [rule.reason for rule in asked] == reasons
    assert second_reviews(calm(), verdict, POLICY, outcome=outcome, amount=amount, draw=7) == []
