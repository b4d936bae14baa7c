"""When held money is released: five weeks as a calendar."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, get_day_names
from django.http import QueryDict

from apps.console import wording
from apps.console.presenters.marks import amount_words
from apps.console.presenters.queue_filters import address
from apps.payouts.selectors import DayHeld

WEEKS = 5
_DAYS = 7


@dataclass(frozen=True)
class Day:
    """One day: `amounts` by currency, `share` its number of holds beside the fullest day's, 0 to 100."""

    day: date
    label: str
    spoken: str
    amounts: list[str]
    count: int
    share: int
    address: str
    is_today: bool
    is_past: bool
    is_chosen: bool


@dataclass(frozen=True)
class Calendar:
    """Weeks from Monday to Sunday; what is due from before stands on today."""

    names: list[str]
    weeks: list[list[Day]]


def first_day(today: date) -> date:
    """Return the Monday that the calendar begins with."""
    return today - timedelta(days=today.weekday())


def last_day(today: date) -> date:
    """Return the day after the calendar's last."""
    return first_day(today) + timedelta(days=WEEKS * _DAYS)


def calendar(held: Iterable[DayHeld], *, today: date, chosen: date | None, asked: QueryDict) -> Calendar:
    """Lay the sums out."""
    by_day: defaultdict[date, list[DayHeld]] = defaultdict(list)
    for each in held:
        by_day[max(each.day, today)].append(each)
    fullest = max((sum(each.count for each in each_day) for each_day in by_day.values()), default=0)
    begin, locale = first_day(today), wording.babel_locale()

    def laid(day: date) -> Day:
        sums: defaultdict[str, int] = defaultdict(int)
        for each in by_day[day]:
            sums[each.currency] += each.amount
        count = sum(each.count for each in by_day[day])
        return Day(
            day=day,
            label=format_date(day, "d MMM" if day.day == 1 or day == begin else "d", locale=locale)
            if not locale.startswith("zh")
            else format_date(day, "M月d日" if day.day == 1 or day == begin else "d日", locale=locale),
            spoken=format_date(day, "full", locale=locale),
            amounts=[amount_words(amount, currency) for currency, amount in sorted(sums.items())],
            count=count,
            share=round(100 * count / fullest) if fullest else 0,
            address=address(asked, name="holds", day="" if day == chosen else day.isoformat()),
            is_today=day == today,
            is_past=day < today,
            is_chosen=day == chosen,
        )

    weeks = [[laid(begin + timedelta(days=_DAYS * week + place)) for place in range(_DAYS)] for week in range(WEEKS)]
    names = get_day_names("abbreviated", locale=locale)
    return Calendar([str(names[place]) for place in range(_DAYS)], weeks)
