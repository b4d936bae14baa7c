"""The columns of the queue that a person may choose; time left, amount and actions are always there."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.staff.models import Person

_LABELS: dict[str, str | Promise] = {
    "level": _("Level"),
    "score": _("Score"),
    "why": _("Why it is here"),
    "goods": _("Goods and reference"),
    "shop": _("Shop and account"),
    "queue": _("Queue"),
    "tags": _("Tags"),
    "opened": _("Opened"),
}
USUAL = frozenset({"level", "why", "goods", "shop"})


@dataclass(frozen=True)
class Column:
    """One column and whether it is shown."""

    name: str
    label: str | Promise
    is_shown: bool


def columns_of(person: Person) -> dict[str, bool]:
    """Return which columns are shown, by name."""
    chosen = frozenset(person.queue_columns) & _LABELS.keys() or USUAL
    return {name: name in chosen for name in _LABELS}


def column_choices(person: Person) -> list[Column]:
    """Return what can be chosen."""
    return [Column(name, _LABELS[name], shown) for name, shown in columns_of(person).items()]


def columns_named(names: list[str]) -> list[str]:
    """Return those of the names that are columns, in their order; none when they are the usual ones."""
    chosen = [name for name in _LABELS if name in names]
    return [] if frozenset(chosen) == USUAL else chosen
