"""Which differences between two weighings are worth a person's while."""

from dataclasses import replace
from typing import Any

import pytest

from apps.risk.changes import FactorChange, factor_changes, heavier
from apps.risk.factors import Factor, Unit, factor_document
from apps.risk.factors.factor import failed, unknown
from apps.risk.policy import FactorCode


def factor(code: FactorCode = FactorCode.REFUND_VELOCITY, points: int = 10, **changed: Any) -> Factor:
    given = Factor(
        code=code,
        rule="baskets",
        points=points,
        observed=3,
        threshold=3,
        unit=Unit.COUNT,
        window_hours=24,
        numbers={},
        records=(),
    )
    return replace(given, **changed)


def changed(before: Factor | None, after: Factor | None) -> list[tuple[str, int]]:
    changes = factor_changes([factor_document(before)] if before else [], [after] if after else [])
    return [(change.code, change.points) for change in changes]


SHARE = factor(FactorCode.REFUND_VALUE_SHARE, 25, unit=Unit.PERCENT, observed=51.0, rule="share")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (factor(), factor()),
        (SHARE, replace(SHARE, observed=52.5)),
        (unknown(FactorCode.FAST_REFUND, "payment.minutes_since"), None),
        (None, unknown(FactorCode.FAST_REFUND, "payment.minutes_since")),
        (factor(), replace(factor(), numbers={"orders": 4})),
    ],
)
def test_is_silent_about_what_says_the_same(before: Factor | None, after: Factor | None) -> None:
    assert changed(before, after) == []


@pytest.mark.parametrize(
    ("before", "after", "points"),
    [
        (None, factor(), 10),
        (factor(), None, -10),
        (factor(), factor(points=15), 5),
        (factor(), factor(observed=4), 0),
        (SHARE, replace(SHARE, rule="another"), 0),
        (unknown(FactorCode.REFUND_VELOCITY, "x"), factor(), 10),
        (None, failed(FactorCode.REFUND_VELOCITY, ValueError()), 0),
    ],
)
def test_tells_what_came_went_or_weighs_otherwise(before: Factor | None, after: Factor | None, points: int) -> None:
    assert [found for _, found in changed(before, after)] == [points]


def test_says_the_weightiest_change_first_whichever_way_it_goes() -> None:
    before = [factor_document(factor()), factor_document(SHARE)]
    after = [factor(points=15), factor(FactorCode.PAST_OUTCOMES, 15)]
    found = factor_changes(before, after)
    assert [(change.code, change.points) for change in found] == [
        ("REFUND_VALUE_SHARE", -25),
        ("PAST_OUTCOMES", 15),
        ("REFUND_VELOCITY", 5),
    ]
    assert found[0] == FactorChange("REFUND_VALUE_SHARE", factor_document(SHARE), None)


def test_forgets_nothing_because_a_window_moved_on() -> None:
    then, now = factor(points=15), factor(points=10)
    assert heavier([then], [now]) == [then]
    assert heavier([then], []) == [then]


def test_counts_what_came_later() -> None:
    then, now = factor(points=10), factor(points=15)
    assert heavier([then], [now]) == [now]
    assert heavier([], [now]) == [now]


@pytest.mark.parametrize("code", [FactorCode.FAST_REFUND, FactorCode.NEW_ACCOUNT])
def test_leaves_the_moment_of_the_request_as_it_was(code: FactorCode) -> None:
    then, now = factor(code, 5), factor(code, 20)
    assert heavier([then], [now]) == [then]
    assert heavier([], [now]) == []


def test_prefers_what_could_be_weighed() -> None:
    good, dark = factor(FactorCode.PAST_OUTCOMES, -10), unknown(FactorCode.PAST_OUTCOMES, "past")
    assert heavier([dark], [good]) == [good]
    assert heavier([good], [dark]) == [good]
