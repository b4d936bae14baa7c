"""What is refused as a policy, and where; what a document may leave out."""

from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from apps.risk.policy import FactorCode, FactorSettings, policy_from
from apps.risk.policy.factors import Factors
from tests.risk.calm import POLICY

SHIPPED: dict[str, Any] = POLICY.model_dump(mode="json", exclude_none=True)
BAND = {"threshold": 10, "points": {"strict": 1, "standard": 1, "lenient": 1}}


def with_value(path: str, value: Any) -> dict[str, Any]:
    """Return the shipped document with one value changed; `path` as in `factors.FAST_REFUND.bands.0.threshold`."""
    document: Any = deepcopy(SHIPPED)
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = document
    for part in way:
        place = place[part]
    place[last] = value
    changed: dict[str, Any] = document
    return changed


def without(path: str) -> dict[str, Any]:
    """Return the shipped document without one field."""
    document: Any = deepcopy(SHIPPED)
    *way, last = path.split(".")
    place = document
    for part in way:
        place = place[part]
    del place[last]
    changed: dict[str, Any] = document
    return changed


def refused(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Return where the document is refused, and why."""
    with pytest.raises(ValidationError) as refusal:
        policy_from(document)
    return [(".".join(map(str, error["loc"])), error["type"]) for error in refusal.value.errors()]


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        ("factors.FAST_REFUND.bands.0.points.strict", "15", "int_type"),
        ("factors.FAST_REFUND.bands.0.points.strict", True, "int_type"),
        ("factors.FAST_REFUND.bands.0.points.strict", 101, "less_than_equal"),
        ("factors.FAST_REFUND.bands.0.threshold", -1, "greater_than_equal"),
        ("factors.FAST_REFUND.bands", [BAND, BAND], "value_error"),
        ("factors.NEW_ACCOUNT.bands", [BAND | {"threshold": 9}, BAND | {"threshold": 3}], "value_error"),
        ("factors.REFUND_VALUE_SHARE.bands", [BAND | {"threshold": 50}, BAND | {"threshold": 80}], "value_error"),
        ("factors.REFUND_VELOCITY.bands.0.hours", 25, "value_error"),
        ("factors.FAST_REFUND.when", "amount > '1'", "value_error"),
        ("factors.FAST_REFUND.when", "verdict.score > 1", "value_error"),
        ("factors.CREDIT_TO_CASH.cash_kinds.0", "shells", "enum"),
        ("circumstances.codes.0", "SLOW_REFUND", "enum"),
        ("care.gift_card", "severe", "enum"),
        ("levels", {"medium": 45, "high": 45, "critical": 70}, "value_error"),
        ("levels.medium", 0, "greater_than_equal"),
        ("consequences.strict.medium", {"outcome": "hold", "hold_hours": 0}, "value_error"),
        ("hold_bounds", {"least_hours": 5, "most_hours": 4}, "value_error"),
    ],
)
def test_refuses_what_cannot_be_meant(path: str, value: Any, why: str) -> None:
    ((place, reason),) = refused(with_value(path, value))
    assert (place.replace(".[key]", ""), reason) == (path, why)


@pytest.mark.parametrize(
    ("field", "rule", "flaw"),
    [
        ("queues", {"when": "nope > 1", "queue": "standard"}, ("queues.0.when", "value_error")),
        ("queues", {"when": "", "queue": ""}, ("queues.0.queue", "string_too_short")),
        ("holds", {"when": "", "hours": 0}, ("holds.0.hours", "greater_than_equal")),
        ("holds", {"when": "", "hours": 721}, ("holds.0.hours", "less_than_equal")),
        ("holds", {"when": "nope", "hours": 1}, ("holds.0.when", "value_error")),
        ("second_review", {"when": "decision.amount", "reason": "Much"}, ("second_review.0.when", "value_error")),
        ("second_review", {"when": "", "reason": ""}, ("second_review.0.reason", "string_too_short")),
    ],
)
def test_refuses_rules_that_cannot_be_meant(field: str, rule: dict[str, Any], flaw: tuple[str, str]) -> None:
    assert refused(SHIPPED | {field: [rule]}) == [flaw]


@pytest.mark.parametrize("path", ["colour", "factors.SLOW_REFUND", "factors.FAST_REFUND.band", "levels.low"])
def test_refuses_fields_that_it_does_not_know(path: str) -> None:
    assert refused(with_value(path, 1)) == [(path, "extra_forbidden")]


@pytest.mark.parametrize(
    ("path", "refusal"),
    [
        ("care.gift_card", ("care", "value_error")),
        ("consequences.lenient", ("consequences", "value_error")),
        ("consequences.lenient.high", ("consequences.lenient.high", "missing")),
        ("factors.WEAK_VERIFICATION.states.expired", ("factors.WEAK_VERIFICATION.states", "value_error")),
        ("factors.FAST_REFUND.bands", ("factors.FAST_REFUND.bands", "missing")),
        ("minors", ("minors", "missing")),
    ],
)
def test_refuses_to_leave_a_case_without_an_answer(path: str, refusal: tuple[str, str]) -> None:
    assert refused(without(path)) == [refusal]


def test_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        POLICY.levels.medium = 1
    assert POLICY.levels.medium == 25


def test_leaves_out_a_factor_whose_section_is_missing() -> None:
    assert policy_from(without("factors.FAST_REFUND")).factors.FAST_REFUND is None


def test_reads_back_what_it_writes() -> None:
    assert policy_from(SHIPPED) == POLICY


def test_names_each_factor_as_its_settings_do() -> None:
    assert list(Factors.model_fields) == [code.value for code in FactorCode]
    for name, field in Factors.model_fields.items():
        (settings,) = [option for option in field.annotation.__args__ if option is not type(None)]  # type: ignore[union-attr]
        assert issubclass(settings, FactorSettings)
        assert settings.code == name
