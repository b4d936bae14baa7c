"""Every mistake in a policy, with its place, its line and a sentence in both languages."""

import pytest
from django.utils import translation

from apps.risk.errors import PolicyFlaw, PolicyFlawed
from apps.risk.flaws import policy_checked, policy_read, queues_checked
from apps.risk.policy import policy_from
from apps.risk.policy.text import policy_text
from tests.risk.calm import POLICY

TEXT = policy_text(POLICY)


def flaws_of(old: str, new: str) -> list[PolicyFlaw]:
    """Return what is wrong with the shipped policy after one change."""
    assert TEXT.count(old) >= 1
    with pytest.raises(PolicyFlawed) as flawed:
        policy_read(TEXT.replace(old, new, 1))
    return flawed.value.flaws


def line_of(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


RISE = "等级必须递增：中、高、极高。"
AT_LEAST_ONE = "不得小于 1。"
LEVELS = "levels: {medium: 25, high: 45, critical: 70}"


@pytest.mark.parametrize(
    ("values", "path", "english", "chinese"),
    [
        ("medium: 25, high: 45, critical: '70'", ".critical", "Must be a whole number.", "必须是整数。"),
        ("medium: 25, high: 45", ".critical", "This field is required.", "此字段必填。"),
        ("medium: 25, high: 45, critical: 70, low: 1", ".low", "There is no such field.", "没有这个字段。"),
        ("medium: 45, high: 45, critical: 70", "", "Levels must rise: medium, high, critical.", RISE),
        ("medium: 0, high: 45, critical: 70", ".medium", "Must be at least 1.", AT_LEAST_ONE),
    ],
)
def test_says_where_and_what_in_both_languages(values: str, path: str, english: str, chinese: str) -> None:
    new = f"levels: {{{values}}}"
    assert flaws_of(LEVELS, new) == [PolicyFlaw(f"levels{path}", line_of("levels:"), english)]
    with translation.override("zh-hans"):
        assert [flaw.detail for flaw in flaws_of(LEVELS, new)] == [chinese]


def test_points_into_a_condition() -> None:
    (flaw,) = flaws_of("queues: []", "queues:\n- {when: 'verdict.scor > 3', queue: standard}")
    assert flaw.path == "queues[0].when"
    assert flaw.line == line_of("queues:") + 1
    assert flaw.detail == "Line 1, column 8 of the condition: undeclared reference to 'verdict.scor'."


def test_says_which_condition_is_too_long() -> None:
    (flaw,) = flaws_of("queues: []", f"queues:\n- {{when: '{'true || ' * 90}true', queue: standard}}")
    assert flaw.detail == "longer than 500 characters"


def test_tells_every_mistake_at_once() -> None:
    found = flaws_of(LEVELS, "levels: {medium: no, high: 101, critical: 70}\ncolour: red")
    assert [(flaw.path, flaw.line - line_of("levels:")) for flaw in found] == [
        ("levels.medium", 0),
        ("levels.high", 0),
        ("colour", 1),
    ]


@pytest.mark.parametrize(
    ("text", "line", "detail"),
    [
        ("a: 1\na: 2\n", 2, "This name stands here twice."),
        ("a: [\n", 2, None),
        ("- a\n", 1, "The policy must be a list of names with values."),
    ],
)
def test_says_what_is_no_document(text: str, line: int, detail: str | None) -> None:
    with pytest.raises(PolicyFlawed) as flawed:
        policy_read(text)
    (flaw,) = flawed.value.flaws
    assert flaw.line == line
    assert flaw.detail == detail or flaw.detail.startswith("This is no YAML: ")


def test_names_no_line_of_what_did_not_come_as_a_text() -> None:
    with pytest.raises(PolicyFlawed) as flawed:
        policy_checked({})
    assert {flaw.line for flaw in flawed.value.flaws} == {0}


def test_knows_the_queues_that_there_are() -> None:
    document = POLICY.model_dump(mode="json", exclude_none=True)
    policy = policy_from(document | {"queues": [{"when": "", "queue": "cards"}, {"when": "", "queue": "vip"}]})
    queues_checked(policy, {"cards", "vip"})
    with pytest.raises(PolicyFlawed) as flawed:
        queues_checked(policy, {"cards", "standard"})
    assert flawed.value.flaws == [
        PolicyFlaw("queues[1].queue", 0, "There is no queue vip; there are: cards, standard.")
    ]
