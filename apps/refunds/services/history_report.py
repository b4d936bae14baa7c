"""What came of an import."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from apps.common.records import FieldProblem

REJECTIONS_LISTED = 100


@dataclass(frozen=True)
class Rejection:
    """A line that was skipped, counted from 1, and everything wrong with it."""

    line: int
    problems: Sequence[FieldProblem]


@dataclass
class HistoryReport:
    """Lines counted by what came of them; the first hundred rejections, in the order of their lines."""

    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    bytes_read: int = 0
    rejections: list[Rejection] = field(default_factory=list)

    @property
    def listed_more(self) -> int:
        """How many more rejections will be listed."""
        return REJECTIONS_LISTED - len(self.rejections)
