"""What has changed since a refund came in, as the case page shows it."""

from dataclasses import dataclass

from django.utils.translation import pgettext

from apps.console import wording
from apps.console.presenters.factors import points_words
from apps.console.presenters.marks import LevelMark, State, level_mark
from apps.risk.changes import Changes, Document, FactorChange
from apps.risk.models import RiskLevel
from apps.risk.sentences import factor_sentence, factor_title


@dataclass(frozen=True)
class ChangeRow:
    """One factor that came (`was` is empty), went (`sentence` is empty) or says something else."""

    title: str
    state: State
    was: str
    sentence: str
    points_before: str
    points_after: str


@dataclass(frozen=True)
class Since:
    """What weighing it now would give. `is_same`: nothing worth a word has changed."""

    is_same: bool
    score_before: int
    score_after: int
    level_before: LevelMark
    level_after: LevelMark
    rows: list[ChangeRow]


def since(changes: Changes) -> Since:
    """Write the difference out, in the language of the page."""
    return Since(
        is_same=not changes.factors,
        score_before=changes.score_before,
        score_after=changes.score_after,
        level_before=_level(changes.level_before),
        level_after=_level(changes.level_after),
        rows=[_row(change) for change in changes.factors],
    )


def _row(change: FactorChange) -> ChangeRow:
    return ChangeRow(
        title=factor_title(change.code, wording.active_language()),
        state=_state(change),
        was=_sentence(change.before),
        sentence=_sentence(change.after),
        points_before=points_words(change.before) if change.before is not None else "",
        points_after=points_words(change.after) if change.after is not None else "",
    )


def _state(change: FactorChange) -> State:
    tone = "bad" if change.points > 0 else "good" if change.points < 0 else ""
    if change.before is None:
        return State(pgettext("factor", "new"), tone, "circle-dashed")
    if change.after is None:
        return State(pgettext("factor", "gone"), tone, "circle-check")
    if change.points:
        return State(pgettext("factor", "heavier") if change.points > 0 else pgettext("factor", "lighter"), tone, "")
    return State(pgettext("factor", "changed"), tone, "")


def _sentence(factor: Document | None) -> str:
    return factor_sentence(factor, wording.active_language()) if factor is not None else ""


def _level(value: str) -> LevelMark:
    return level_mark(value, str(RiskLevel(value).label))
