"""The account's orders and refunds as a picture: one axis of time, shops as lanes, what befell the account under them.

Positions along the axis are percentages, so that the picture takes any width
while its text keeps its size; heights are pixels.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
# Narrower windows show nothing more.
NARROWEST = timedelta(hours=1)
# How an address names a moment of a window, in UTC.
_MOMENT = "%Y%m%dT%H%M"


class Span(StrEnum):
    """How far the picture looks back."""

    MONTH = "30d"
    QUARTER = "90d"
    YEAR = "1y"
    ALL = "all"


_LENGTHS = {Span.MONTH: timedelta(days=30), Span.QUARTER: timedelta(days=90), Span.YEAR: timedelta(days=365)}


class Kind(StrEnum):
    """What a mark stands for; an event moves no money."""

    ORDER = "order"
    REFUND = "refund"
    EVENT = "event"


@dataclass(frozen=True)
class Entry:
    """One thing as told to the picture; `began_at` of a refund is when its order was placed."""

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
class Zoom:
    """A step to another window; `value` is empty where it leads nowhere."""

    name: str
    label: str
    icon: str
    value: str


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
    """The picture, and the same as a table. `span` is None in a window that was zoomed to."""

    height: int
    lanes: list[Lane]
    ticks: list[Tick]
    marks: list[Mark]
    rows: list[Entry]
    span: Span | None
    spans: list[tuple[Span, str]]
    zooms: list[Zoom]
    orders: int
    refunds: int
    hidden: int
    has_events: bool


def drawn(entries: list[Entry], *, now: datetime, span: str) -> Timeline:
    """Draw the entries. `span` is a Span or a window; anything else gives the shortest span with enough to see."""
    trade = [entry for entry in entries if entry.kind is not Kind.EVENT]
    window = _window(span, now)
    chosen = None if window else Span(span) if span in list(Span) else _fitting(trade, now)
    start, end = window or (_start(entries if chosen is Span.ALL else trade, now, chosen), now)
    shown = [entry for entry in entries if start <= entry.at <= end]
    lanes = _lanes(shown)
    rules = {lane.name: lane.rule_y for lane in lanes}
    largest = max((entry.amount for entry in shown), default=1) or 1
    return Timeline(
        height=TOP + LANE_HEIGHT * max(len(lanes), 1) + 6,
        lanes=lanes,
        ticks=_ticks(start, end),
        marks=[_mark(entry, rules, largest, start, end) for entry in sorted(shown, key=_above)],
        rows=sorted(entries, key=lambda entry: entry.at, reverse=True),
        span=chosen,
        spans=[
            (Span.MONTH, _("30 days")),
            (Span.QUARTER, _("90 days")),
            (Span.YEAR, _("1 year")),
            (Span.ALL, _("All")),
        ],
        zooms=_zooms(start, end, entries, now),
        orders=sum(entry.kind is Kind.ORDER for entry in entries),
        refunds=sum(entry.kind is Kind.REFUND for entry in entries),
        hidden=len(trade) - sum(entry.kind is not Kind.EVENT for entry in shown),
        has_events=any(entry.kind is Kind.EVENT for entry in shown),
    )


def _window(span: str, now: datetime) -> tuple[datetime, datetime] | None:
    """Read a window as `_named` writes it; None for anything else, and for one that is upside down."""
    parts = span.split("_")
    if len(parts) != 2:
        return None
    try:
        start, end = (datetime.strptime(part, _MOMENT).replace(tzinfo=UTC) for part in parts)
    except ValueError:
        return None
    end = min(end, now)
    return (start, end) if start + NARROWEST <= end else None


def _named(start: datetime, end: datetime) -> str:
    return "_".join(at.astimezone(UTC).strftime(_MOMENT) for at in (start, end))


def _zooms(start: datetime, end: datetime, entries: list[Entry], now: datetime) -> list[Zoom]:
    """Return the steps from this window: half as wide around what the case is about, twice as wide, aside."""
    oldest = min((entry.at for entry in entries), default=start) - timedelta(hours=1)
    width = end - start
    here = [entry.at for entry in entries if entry.is_here and start <= entry.at <= end]
    middle = max(here) if here else start + width / 2
    near = max(start, min(middle - width / 4, end - width / 2))
    far = max(min(start - width / 2, now - 2 * width), oldest)
    earlier, later = max(start - width / 2, oldest), min(end + width / 2, now)
    return [
        Zoom("earlier", _("Earlier"), "arrow-left", _named(earlier, earlier + width) if start > oldest else ""),
        Zoom("later", _("Later"), "arrow-right", _named(later - width, later) if end < now else ""),
        Zoom("in", _("Zoom in"), "zoom-in", _named(near, near + width / 2) if width / 2 >= NARROWEST else ""),
        Zoom(
            "out",
            _("Zoom out"),
            "zoom-out",
            _named(far, min(far + 2 * width, now)) if start > oldest or end < now else "",
        ),
    ]


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


def _start(entries: list[Entry], now: datetime, span: Span | None) -> datetime:
    if span in _LENGTHS:
        return now - _LENGTHS[span]
    return min((entry.at for entry in entries), default=now - timedelta(days=1))


def _lanes(shown: list[Entry]) -> list[Lane]:
    """The case's own shop first, then the busiest; the rest share a lane, and events stand under all."""
    trade = [entry for entry in shown if entry.kind is not Kind.EVENT]
    here = {entry.lane for entry in trade if entry.is_here}
    counted = Counter(entry.lane for entry in trade)
    names = sorted(counted, key=lambda name: (name not in here, -counted[name], name))
    events = list(dict.fromkeys(entry.lane for entry in shown if entry.kind is Kind.EVENT))
    room = LANES - len(events)
    if len(names) > room:
        names = [*names[: room - 1], _("Other shops")]
    return [
        Lane(name, TOP + LANE_HEIGHT * index + 11, TOP + LANE_HEIGHT * index + 23, name in here)
        for index, name in enumerate([*names, *events])
    ]


def _x(at: datetime, start: datetime, end: datetime) -> str:
    share = (at - start) / max(end - start, timedelta(minutes=1))
    return f"{LEFT + (RIGHT - LEFT) * max(0.0, min(1.0, share)):.2f}%"


def _mark(entry: Entry, rules: dict[str, float], largest: int, start: datetime, end: datetime) -> Mark:
    local = timezone.localtime(entry.at)
    said = [entry.label, entry.amount_words, entry.state_words, wording.written_moment(local, "long")]
    return Mark(
        kind=entry.kind,
        x=_x(entry.at, start, end),
        y=rules.get(entry.lane) or rules.get(_("Other shops")) or max(rules.values()),
        radius=f"{LEAST_RADIUS + (LARGEST_RADIUS - LEAST_RADIUS) * (entry.amount / largest) ** 0.5:.1f}",
        state=entry.state,
        title=" · ".join(part for part in said if part),
        is_here=entry.is_here,
        from_x=_x(entry.began_at, start, end) if entry.began_at else "",
    )


def _ticks(start: datetime, end: datetime) -> list[Tick]:
    """Five dates, evenly apart; with the clock when all lies within three days."""
    width = end - start
    style = "clock" if width < timedelta(days=1) else "short" if width < timedelta(days=3) else "tick"
    if width > timedelta(days=400):
        style = "month"
    moments = [start + width / 4 * index for index in range(5)]
    return [Tick(_x(at, start, end), wording.written_moment(timezone.localtime(at), style)) for at in moments]
