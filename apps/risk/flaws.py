"""What is wrong with a policy, where, and in the words of the active language."""

from collections.abc import Callable, Collection
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from apps.common.records import problems_of
from apps.risk.errors import PolicyFlaw, PolicyFlawed
from apps.risk.policy import Policy, policy_from
from apps.risk.policy.conditions import ConditionFlawed
from apps.risk.policy.text import Path, TextFlawed, document_read

# What the checks of a policy say beside those of pydantic.
_SAID: dict[str, str | Promise] = {
    "thresholds must fall": gettext_lazy("Thresholds must fall: the first band that fits counts."),
    "thresholds must rise": gettext_lazy("Thresholds must rise: the first band that fits counts."),
    "levels must rise: medium, high, critical": gettext_lazy("Levels must rise: medium, high, critical."),
    "the least must not be above the most": gettext_lazy("The least must not be above the most."),
    "a hold needs a length": gettext_lazy("A hold needs a length."),
}
_TEXT: dict[str, str | Promise] = {
    "too_long": gettext_lazy("The text is too long for a policy."),
    "alias": gettext_lazy("Anchors and aliases are not allowed."),
    "key": gettext_lazy("Names must be words."),
    "duplicate": gettext_lazy("This name stands here twice."),
    "not_an_object": gettext_lazy("The policy must be a list of names with values."),
}

Lines = Callable[[Path], int]


def policy_checked(document: Any, lines: Lines = lambda _path: 0) -> Policy:
    """Return the policy of a document. Raises PolicyFlawed with everything that is wrong."""
    try:
        return policy_from(document)
    except ValidationError as error:
        raise PolicyFlawed(_flaws(error, lines)) from None


def policy_read(text: str) -> Policy:
    """Return the policy of a YAML text. Raises PolicyFlawed, each flaw with its line."""
    try:
        document = document_read(text)
    except TextFlawed as flaw:
        raise PolicyFlawed([PolicyFlaw(path_words(flaw.path), flaw.line, _of_text(flaw))]) from None
    return policy_checked(document.content, document.line_of)


def queues_checked(policy: Policy, queues: Collection[str]) -> None:
    """Raise PolicyFlawed when the policy names a queue that is not among the slugs `queues`."""
    flaws = [
        PolicyFlaw(
            f"queues[{place}].queue",
            0,
            _("There is no queue %(queue)s; there are: %(queues)s.")
            % {"queue": rule.queue, "queues": ", ".join(sorted(queues))},
        )
        for place, rule in enumerate(policy.queues)
        if rule.queue not in queues
    ]
    if flaws:
        raise PolicyFlawed(flaws)


def path_words(path: Path) -> str:
    """Write a path as people do: ``factors.FAST_REFUND.bands[0].threshold``."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return written.removeprefix(".")


def _flaws(error: ValidationError, lines: Lines) -> list[PolicyFlaw]:
    details = error.errors(include_url=False, include_input=False)
    flaws = []
    for found, problem in zip(details, problems_of(error), strict=True):
        # Of a name that is not allowed pydantic says that the key is meant.
        path = tuple(step for step in found["loc"] if step != "[key]")
        flaws.append(PolicyFlaw(path_words(path), lines(path), _said(found) or problem.detail))
    return flaws


def _said(found: ErrorDetails) -> str:
    error = found.get("ctx", {}).get("error")
    if isinstance(error, ConditionFlawed) and error.flaw.line:
        return _("Line %(line)s, column %(column)s of the condition: %(reason)s.") % {
            "line": error.flaw.line,
            "column": error.flaw.column,
            "reason": error.flaw.reason,
        }
    if error is None:
        return ""
    return str(_SAID.get(str(error), str(error)))


def _of_text(flaw: TextFlawed) -> str:
    if flaw.code == "syntax":
        return _("This is no YAML: %(problem)s.") % {"problem": flaw.problem}
    return str(_TEXT[flaw.code])
