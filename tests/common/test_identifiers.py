import time

from apps.common.identifiers import new_identifier


def test_names_the_kind_and_sorts_by_creation() -> None:
    first = new_identifier("rfd")
    time.sleep(0.002)
    second = new_identifier("rfd")

    assert first.startswith("rfd_")
    assert len(first) == 30
    assert first < second


def test_does_not_repeat_itself() -> None:
    assert len({new_identifier("evt") for _ in range(5000)}) == 5000
