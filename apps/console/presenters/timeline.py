"""The account's orders and refunds as a picture: one axis of time, shops as lanes.

Positions along the axis are percentages, so that the picture takes any width
while its text keeps its size; heights are pixels.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.console import wording

LANES = 6
LANE_HEIGHT = 34
TOP = 20
LEAST_RADIUS = 3.0
LARGEST_RADIUS = 8.5
ENOUGH_TO_READ = 8
# The axis leaves room for a mark at either end.
LEFT, RIGHT = 2.0, 97.0


class Span(StrEnum):
    """How far the picture looks back."""

    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "1y"
    ALL = "all"


_LENGTHS = {Span.MONTH: timedelta(days=30), Span.QUARTER: timedelta(days=90), Span.YEAR: timedelta(days=365)}


class Kind(StrEnum):
    """What a mark stands for."""

    ORDER = "order"
    REFUND = "refund"


@dataclass(frozen=True)
class Entry:
    """One order or refund as told to the picture; `began_at` of a refund is when its order was placed."""

    kind: Kind
    at: datetime
    lane: str
    amount: int
    amount_words: str
    label: str
    state: str
    state_words: str
    is_here: bool
    began_at: datetime | None = None


@dataclass(frozen=True)
class Lane:
    """One shop's lane."""

    name: str
    text_y: float
    rule_y: float
    is_here: bool


@dataclass(frozen=True)
class Tick:
    """A date on the axis."""

    x: str
    label: str


@dataclass(frozen=True)
class Mark:
    """One drawn order (a circle) or refund (a diamond); `from_x` is where its order stands."""

    kind: str
    x: str
    y: float
    radius: str
    state: str
    title: str
    is_here: bool
    from_x: str


@dataclass(frozen=True)
class Timeline:
    """The picture, and the same as a table."""

    height: int
    lanes: list[Lane]
    ticks: list[Tick]
    marks: list[Mark]
    rows: list[Entry]
    span: Span
    spans: list[tuple[Span, str]]
    orders: int
    refunds: int
    hidden: int


def drawn(entries: list[Entry], *, now: datetime, span: str) -> Timeline:
    """Draw the entries. An unknown `span` gives the shortest one in which there is enough to see."""
    chosen = Span(span) if span in list(Span) else _fitting(entries, now)
    start = _start(entries, now, chosen)
    shown = [entry for entry in entries if entry.at >= start]
    lanes = _lanes(shown)
    rules = {lane.name: lane.rule_y for lane in lanes}
    largest = max((entry.amount for entry in shown), default=1) or 1
    return Timeline(
        height=TOP + LANE_HEIGHT * max(len(lanes), 1) + 6,
        lanes=lanes,
        ticks=_ticks(start, now),
        marks=[_mark(entry, rules, largest, start, now) for entry in sorted(shown, key=_above)],
        rows=sorted(entries, key=lambda entry: entry.at, reverse=True),
        span=chosen,
        spans=[
            (Span.MONTH, _("30 days")),
            (Span.QUARTER, _("90 days")),
            (Span.YEAR, _("1 year")),
            (Span.ALL, _("All")),
        ],
        orders=sum(entry.kind is Kind.ORDER for entry in entries),
        refunds=sum(entry.kind is Kind.REFUND for entry in entries),
        hidden=len(entries) - len(shown),
    )


def _above(entry: Entry) -> tuple[bool, bool]:
    """Draw refunds over orders, and what the case is about over all."""
    return entry.is_here, entry.kind is Kind.REFUND


def _fitting(entries: list[Entry], now: datetime) -> Span:
    here = [entry.at for entry in entries if entry.is_here]
    for span, length in _LENGTHS.items():
        inside = sum(entry.at >= now - length for entry in entries)
        if inside >= min(ENOUGH_TO_READ, len(entries)) and all(at >= now - length for at in here):
            return span
    return Span.ALL


def _start(entries: list[Entry], now: datetime, span: Span) -> datetime:
    if span in _LENGTHS:
        return now - _LENGTHS[span]
    return min((entry.at for entry in entries), default=now - timedelta(days=1))


def _lanes(shown: list[Entry]) -> list[Lane]:
    """The case's own shop first, then the busiest; the rest share the last lane."""
    here = {entry.lane for entry in shown if entry.is_here}
    counted = Counter(entry.lane for entry in shown)
    names = sorted(counted, key=lambda name: (name not in here, -counted[name], name))
    if len(names) > LANES:
        names = [*names[: LANES - 1], _("Other shops")]
    return [
        Lane(name, TOP + LANE_HEIGHT * index + 11, TOP + LANE_HEIGHT * index + 23, name in here)
        for index, name in enumerate(names)
    ]


def _x(at: datetime, start: datetime, now: datetime) -> str:
    share = (at - start) / max(now - start, timedelta(minutes=1))
    return f"{LEFT + (RIGHT - LEFT) * max(0.0, min(1.0, share)):.2f}%"


def _mark(entry: Entry, rules: dict[str, float], largest: int, start: datetime, now: datetime) -> Mark:
    local = timezone.localtime(entry.at)
    return Mark(
        kind=entry.kind,
        x=_x(entry.at, start, now),
        y=rules.get(entry.lane, max(rules.values())),
        radius=f"{LEAST_RADIUS + (LARGEST_RADIUS - LEAST_RADIUS) * (entry.amount / largest) ** 0.5:.1f}",
        state=entry.state,
        title=f"{entry.label} · {entry.amount_words} · {entry.state_words} · {wording.written_moment(local, 'long')}",
        is_here=entry.is_here,
        from_x=_x(entry.began_at, start, now) if entry.began_at else "",
    )


def _ticks(start: datetime, now: datetime) -> list[Tick]:
    """Five dates, evenly apart; with the clock when all lies within three days."""
    step = (now - start) / 4
    ticks = []
    for index in range(5):
        at = start + step * index
        local = timezone.localtime(at)
        style = "short" if now - start < timedelta(days=3) else "month" if now - start > timedelta(days=400) else "date"
        ticks.append(Tick(_x(at, start, now), wording.written_moment(local, style)))
    return ticks
