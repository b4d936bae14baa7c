from datetime import UTC, datetime, timedelta

from apps.demo.story.agenda import Agenda, Story

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
told: list[tuple[str, int]] = []


def story(name: str, *hours: int) -> Story:
    at = NOON
    for hour in hours:
        at = yield NOON + timedelta(hours=hour)
        told.append((name, (at - NOON) // timedelta(hours=1)))
    return at


def test_plays_the_moments_of_all_stories_in_their_order_and_stops_at_the_last() -> None:
    told.clear()
    agenda = Agenda()
    agenda.add(story("first", 1, 4, 9))
    agenda.add(story("second", 2, 3, 5, 6))

    played = agenda.play(NOON + timedelta(hours=5))

    assert told == [("first", 1), ("second", 2), ("second", 3), ("first", 4), ("second", 5)]
    assert played == 5


def test_never_goes_back() -> None:
    told.clear()
    agenda = Agenda()
    agenda.add(story("late", 3, 1))

    agenda.play(NOON + timedelta(hours=5))

    assert told == [("late", 3), ("late", 3)]
