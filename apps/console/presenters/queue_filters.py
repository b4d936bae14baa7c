"""What the queue page can be narrowed by: tabs, selects, and the addresses that keep the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.marketplace.models import Category
from apps.reviews.selectors import MOST_COUNTED, QueueCount, QueueFilter, Sort
from apps.reviews.services.share_out import LONGEST_TAG
from apps.risk.models import RiskLevel

LONGEST_TEXT = 128
_AGES: dict[str, tuple[str | Promise, timedelta]] = {
    "1h": (gettext_lazy("over 1 hour"), timedelta(hours=1)),
    "4h": (gettext_lazy("over 4 hours"), timedelta(hours=4)),
    "1d": (gettext_lazy("over 1 day"), timedelta(days=1)),
    "3d": (gettext_lazy("over 3 days"), timedelta(days=3)),
}


@dataclass(frozen=True)
class Option:
    """One value of a filter."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    """One select."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True)
class Tab:
    """One queue, or all of them, with its number of waiting cases; with `are_more` there are more than counted."""

    name: str
    count: int
    address: str
    is_current: bool
    are_more: bool = False


def choice_tabs(
    asked: QueryDict,
    choices: type[TextChoices],
    *,
    name: str,
    field: str,
    counts: Mapping[str, int],
    chosen: str,
    everything: str = "",
) -> list[Tab]:
    """Return a tab for each choice that `field` narrows a list to, and before them one for all if that has a name."""
    tabs = [
        Tab(
            str(each.label),
            counts.get(each.value, 0),
            address(asked, name=name, **{field: each.value}),
            chosen == each.value,
        )
        for each in choices
    ]
    if not everything:
        return tabs
    return [Tab(everything, sum(counts.values()), address(asked, name=name, **{field: ""}), not chosen), *tabs]


def wanted_from(asked: QueryDict) -> QueueFilter:
    """Read the filter from an address; what it does not know it leaves out."""
    level, category = asked.get("level", ""), asked.get("category", "")
    age = _AGES.get(asked.get("age", ""))
    sort = asked.get("sort", "")
    return QueueFilter(
        sort=Sort(sort) if sort in list(Sort) else Sort.DEADLINE,
        tag=asked.get("tag", "").replace("\x00", "").strip()[:LONGEST_TAG],
        queue=asked.get("queue", "")[:50],
        level=level if level in RiskLevel.values else "",
        category=category if category in Category.values else "",
        older_than=age[1] if age else None,
        text=asked.get("q", "").replace("\x00", "").strip()[:LONGEST_TEXT],
    )


def filters(wanted: QueueFilter) -> list[Filter]:
    """Return the selects with what is chosen."""
    age = next((value for value, (_label, span) in _AGES.items() if span == wanted.older_than), "")
    return [
        Filter("level", _("Level"), options(RiskLevel.choices, wanted.level)),
        Filter("category", _("Category"), options(Category.choices, wanted.category)),
        Filter("age", _("Age"), options([(value, label) for value, (label, _span) in _AGES.items()], age)),
    ]


_SORTS: dict[Sort, str | Promise] = {
    Sort.DEADLINE: gettext_lazy("Nearest deadline first"),
    Sort.VALUE: gettext_lazy("Most worth reviewing first"),
    Sort.AMOUNT: gettext_lazy("Largest amount first"),
    Sort.SCORE: gettext_lazy("Highest score first"),
}


def sort_options(wanted: QueueFilter) -> list[Option]:
    """Return what may come first."""
    return options([(sort.value, label) for sort, label in _SORTS.items()], wanted.sort.value)


def options(choices: Sequence[tuple[str, str | Promise]], chosen: str) -> list[Option]:
    """Return choices as options of a select."""
    return [Option(value, str(label), value == chosen) for value, label in choices]


def tabs(counts: list[QueueCount], asked: QueryDict) -> list[Tab]:
    """Return all queues together, then each."""
    chosen = asked.get("queue", "")
    are_more = any(each.waiting == MOST_COUNTED for each in counts)
    total = sum(each.waiting for each in counts)
    everything = Tab(_("All"), total, address(asked, queue=""), not chosen, are_more)
    return [everything] + [
        Tab(
            each.queue.name,
            each.waiting,
            address(asked, queue=each.queue.slug),
            each.queue.slug == chosen,
            each.waiting == MOST_COUNTED,
        )
        for each in counts
    ]


def address(asked: QueryDict, *, name: str = "queue", **changed: str) -> str:
    """Return the address of a list with some parameters changed, and from its start unless a cursor is among them."""
    kept = {key: value for key, value in asked.items() if value and key != "cursor"} | changed
    query = urlencode({key: value for key, value in kept.items() if value})
    return reverse(f"console:{name}") + (f"?{query}" if query else "")
