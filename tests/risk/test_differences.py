"""What two documents differ in, value by value."""

from apps.risk.differences import Difference, differences


def test_says_nothing_of_what_is_the_same() -> None:
    assert differences({"a": [1, {"b": 2}], "c": ["x", "y"]}, {"c": ["y", "x"], "a": [1, {"b": 2}]}) == []


def test_names_every_value_that_changed_came_or_went() -> None:
    before = {"a": {"x": 1, "y": 2}, "bands": [{"at": 1}, {"at": 2}], "codes": ["A"]}
    after = {"a": {"x": 5, "z": True}, "bands": [{"at": 1}], "codes": ["A", "B"]}
    assert differences(before, after) == [
        Difference(("a", "x"), 1, 5),
        Difference(("a", "z"), None, True),
        Difference(("codes",), "A", "A, B"),
        Difference(("a", "y"), 2, None),
        Difference(("bands", 1, "at"), 2, None),
    ]
