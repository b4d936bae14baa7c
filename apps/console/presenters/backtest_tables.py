"""What a backtest found, as tables; the same for the page and for the file that is taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from apps.console import wording
from apps.console.presenters.marks import amount_words
from apps.marketplace.models import Category
from apps.risk.models import RiskLevel, RiskOutcome
from apps.risk.sentences import factor_title
from apps.trials.shares import percentile, wilson
from apps.trials.tally import Agreement, Changed, Load, Moved, Tally
from apps.trials.techniques import Technique

# Of shops and factors the ones that change most.
ROWS_SHOWN = 20

_TECHNIQUES: dict[str, str | Promise] = {
    Technique.FICTITIOUS_TRADE: pgettext_lazy("technique", "Fictitious trade"),
    Technique.CIRCULAR_REFUND: pgettext_lazy("technique", "Circular refund"),
    Technique.PAYMENT_LOOP: pgettext_lazy("technique", "Payment loop"),
    Technique.OTHER: pgettext_lazy("technique", "None of the three"),
}


@dataclass(frozen=True)
class Row:
    """One line of a table; `percent` fills its bar, None where there is none."""

    name: str
    cells: tuple[str, ...]
    percent: int | None = None
    address: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its title; the first column names the rows."""

    title: str
    note: str
    columns: tuple[str, ...]
    rows: list[Row]


def tables(tally: Tally) -> list[Table]:
    """Return every finding that has rows."""
    found = [
        _outcomes(tally),
        _levels(tally.levels),
        _agreement(tally),
        _days(tally.days),
        _loads(_("By technique"), _named(tally.techniques, _TECHNIQUES)),
        _loads(_("By category"), _named(tally.categories, dict(Category.choices))),
        _loads(_("By client"), tally.clients.items()),
        _loads(_("Shops of which refunds change"), tally.shops.items()),
        _factors(tally),
        _most_changed(tally.most_changed),
    ]
    return [table for table in found if table.rows]


def _outcomes(tally: Tally) -> Table:
    columns = (_("Before → after"), _("Refunds"), _("Money"))
    rows = [
        Row(_move(move, RiskOutcome), (f"{moved.refunds:,}", _money(moved)), _percent(moved.refunds, tally.weighed))
        for move, moved in sorted(tally.outcomes.items(), key=lambda pair: (_is_same(pair[0]), -pair[1].refunds))
    ]
    return Table(_("Outcomes"), _("What changes comes first."), columns, rows)


def _levels(levels: Mapping[str, int]) -> Table:
    whole = sum(levels.values())
    rows = [
        Row(_move(move, RiskLevel), (f"{count:,}",), _percent(count, whole))
        for move, count in sorted(levels.items(), key=lambda pair: (_is_same(pair[0]), -pair[1]))
    ]
    return Table(_("Levels"), "", (_("Before → after"), _("Refunds")), rows)


def _agreement(tally: Tally) -> Table:
    columns = (_("How it ended"), _("Refunds"), _("Before"), _("After"), _("After, 19 times in 20"))
    pairs = [
        (_("Denied, and sent to review"), tally.denied),
        (_("Approved, and cleared"), tally.approved),
    ]
    rows = [_agreed(name, found) for name, found in pairs if found.refunds]
    return Table(_("Agreement with what became of them"), "", columns, rows)


def _agreed(name: str, found: Agreement) -> Row:
    low, high = wilson(found.after, found.refunds)
    shares = (_share(found.before, found.refunds), _share(found.after, found.refunds))
    return Row(
        name,
        (f"{found.refunds:,}", *shares, f"{wording.share_words(low)} – {wording.share_words(high)}"),
        _percent(found.after, found.refunds),
    )


def _days(days: Mapping[str, Load]) -> Table:
    before, after = (sorted(values) for values in ([d.before for d in days.values()], [d.after for d in days.values()]))
    names = [(_("Median day"), 50), (_("Busy day, one in ten"), 90), (_("Busiest day"), 100)]
    rows = [
        Row(name, (f"{percentile(before, percent):,}", f"{percentile(after, percent):,}"))
        for name, percent in names
        if days
    ]
    note = _("Refunds that come before a person, on days with refunds, in UTC.")
    return Table(_("Reviewers' load per day"), note, ("", _("Before"), _("After")), rows)


def _loads(title: str, loads: Iterable[tuple[str, Load]]) -> Table:
    columns = (pgettext("backtest", "Name"), _("Refunds"), _("To review before"), _("To review after"))
    ordered = sorted(loads, key=lambda pair: (-abs(pair[1].after - pair[1].before), -pair[1].refunds, pair[0]))
    rows = [
        Row(name, (f"{load.refunds:,}", f"{load.before:,}", f"{load.after:,}"), _percent(load.after, load.refunds))
        for name, load in ordered[:ROWS_SHOWN]
    ]
    return Table(title, _("The bar shows the share that goes to review afterwards."), columns, rows)


def _factors(tally: Tally) -> Table:
    columns = (pgettext("backtest", "Factor"), _("Before"), _("After"), _("Newly"))
    ordered = sorted(tally.factors.items(), key=lambda pair: (-pair[1].newly, -pair[1].after, pair[0]))
    rows = [
        Row(
            factor_title(code, wording.active_language()),
            (f"{fired.before:,}", f"{fired.after:,}", f"{fired.newly:,}"),
            _percent(fired.after, tally.weighed),
        )
        for code, fired in ordered
    ]
    return Table(_("Factors that speak against refunds"), "", columns, rows)


def _most_changed(changed: Iterable[Changed]) -> Table:
    columns = (_("Refund"), _("Outcome"), _("Score"))
    rows = [
        Row(
            one.refund_id,
            (
                _move(f"{one.outcome_before}>{one.outcome_after}", RiskOutcome),
                f"{one.score_before} → {one.score_after}",
            ),
            address=reverse("console:refund", args=[one.refund_id]),
        )
        for one in changed
    ]
    return Table(_("Refunds that change most"), "", columns, rows)


def _named(loads: Mapping[str, Load], names: Mapping[str, object]) -> list[tuple[str, Load]]:
    return [(str(names.get(key, key)), load) for key, load in loads.items()]


def _move(move: str, words: type[RiskOutcome] | type[RiskLevel]) -> str:
    before, _arrow, after = move.partition(">")
    return f"{words(before).label} → {words(after).label}"


def _is_same(move: str) -> bool:
    before, _arrow, after = move.partition(">")
    return before == after


def _money(moved: Moved) -> str:
    return " + ".join(amount_words(amount, currency) for currency, amount in sorted(moved.money.items()))


def _share(count: int, whole: int) -> str:
    return wording.share_words(count / whole) if whole else "–"


def _percent(count: int, whole: int) -> int:
    return round(100 * count / whole) if whole else 0
