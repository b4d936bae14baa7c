"""A policy as text: what it reads back to, in which line things stand, and what is no document."""

from typing import Any

import pytest

from apps.risk.policy import policy_from
from apps.risk.policy.text import MOST_CHARACTERS, TextFlawed, document_read, policy_text, text_of
from tests.risk.calm import POLICY

SHIPPED: dict[str, Any] = POLICY.model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize(
    ("text", "code", "line", "path"),
    [
        ("", "not_an_object", 1, ()),
        ("- 1\n- 2\n", "not_an_object", 1, ()),
        ("levels: {medium: 1\n", "syntax", 2, ()),
        ("a: 1\nb: [\n", "syntax", 3, ()),
        ("a: 1\nb: 2\na: 3\n", "duplicate", 3, ("a",)),
        ("levels:\n  medium: 1\n  medium: 2\n", "duplicate", 3, ("levels", "medium")),
        ("levels:\n  1: 2\n", "key", 2, ("levels",)),
        ("? [a, b]\n: 1\n", "key", 1, ()),
        ("a: &x [1]\nb: *x\n", "alias", 1, ("b",)),
        ("a: !!python/object/apply:os.system [ls]\n", None, 1, ("a",)),
        ("a: !!int x\n", "syntax", 1, ("a",)),
        ("a: \x00", "syntax", 1, ()),
        ("a: " + "x" * MOST_CHARACTERS, "too_long", 1, ()),
    ],
)
def test_refuses_what_is_no_document(text: str, code: str | None, line: int, path: tuple[str, ...]) -> None:
    if code is None:
        # The tag of a list is not looked at: nothing is ever made but lists.
        assert document_read(text).content == {"a": ["ls"]}
        return
    with pytest.raises(TextFlawed) as flaw:
        document_read(text)
    assert (flaw.value.code, flaw.value.line, flaw.value.path) == (code, line, path)


def test_takes_a_date_for_the_word_that_it_is() -> None:
    assert document_read("a: 2026-11-26\nb: 2026-11-26 10:00:00\n").content == {
        "a": "2026-11-26",
        "b": "2026-11-26 10:00:00",
    }


def test_reads_back_what_it_wrote() -> None:
    document = document_read(policy_text(POLICY)).content
    assert document == SHIPPED
    assert policy_from(document) == POLICY


def test_writes_small_parts_on_one_line() -> None:
    assert text_of({"levels": {"a": 1, "b": 2}, "bands": [{"at": 1, "points": {"x": 1}}], "codes": ["A", "B"]}) == (
        "levels: {a: 1, b: 2}\nbands:\n- {at: 1, points: {x: 1}}\ncodes: [A, B]\n"
    )


def test_knows_the_line_of_every_part() -> None:
    read = document_read("levels:\n  medium: 1\n  high: 2\nqueues:\n- when: a\n  queue: b\n")
    assert read.line_of(()) == 1
    assert read.line_of(("levels", "high")) == 3
    assert read.line_of(("queues", 0, "queue")) == 6
    assert read.line_of(("levels", "critical")) == 1
    assert read.line_of(("care", "gift_card")) == 1


def test_writes_words_of_all_languages_as_they_are() -> None:
    assert text_of({"reason": "金额较大"}) == "reason: 金额较大\n"
