"""One kind of problem."""

from dataclasses import dataclass

from django.utils.functional import Promise

from apps.common.errors import Refusal


@dataclass(frozen=True)
class ProblemType:
    """`example` is a refusal as the code would raise it; its sentences follow the active language."""

    example: Refusal
    meaning: Promise
    remedy: Promise

    @property
    def code(self) -> str:
        """The last part of its URI."""
        return self.example.code
