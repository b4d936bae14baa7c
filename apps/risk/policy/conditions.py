"""Conditions of a policy, in CEL (the Common Expression Language, cel.dev).

A condition is checked when the policy is read: it names known facts only, its
types fit, and it is true or false. What it costs is bounded by its length and
by how often it may walk a list, and no list is long; CEL itself has neither
loops nor recursion.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Annotated, Any

from cel_expr_python import cel
from pydantic import AfterValidator

from apps.risk.facts import RefundFacts
from apps.risk.policy.variables import fact_variables

MOST_CHARACTERS = 500
MOST_WALKS = 2

_WALK = re.compile(r"\.\s*(all|exists|exists_one|map|filter)\s*\(")
_AROUND_DOTS = re.compile(r"\s*\.\s*")
# As CEL reports what is wrong: "ERROR: <input>:1:7: undeclared reference to 'habits.nope' (in container '')".
_REPORT = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_ABSENT = re.compile(r"No value with name \"([^\"]+)\"")


class Scope(StrEnum):
    """What a condition may look at."""

    FACTS = "facts"
    VERDICT = "verdict"
    DECISION = "decision"


_NOTHING: Mapping[str, Any] = {}
_VERDICT = {"verdict.score": cel.Type.INT, "verdict.level": cel.Type.STRING, "verdict.outcome": cel.Type.STRING}
_DECISION = {"decision.outcome": cel.Type.STRING, "decision.amount": cel.Type.INT, "decision.draw": cel.Type.INT}


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a condition, and where: line and column from 1, 0 where no place is to blame."""

    line: int
    column: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}" if self.line else self.reason


class ConditionFlawed(ValueError):
    """A condition that is refused."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(str(flaw))
        self.flaw = flaw


class FactUnknown(Exception):
    """A condition needs a fact that was not told."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


class ConditionFailed(Exception):
    """A condition could not be worked out, as it divides by zero or the like."""


def scope_types(scope: Scope) -> dict[str, cel.Type]:
    """Return the types of all names that a condition of this scope may use."""
    types = {name: variable.type for name, variable in fact_variables().items()}
    if scope is not Scope.FACTS:
        types |= _VERDICT
    if scope is Scope.DECISION:
        types |= _DECISION
    return types


def condition_check(text: str, scope: Scope) -> None:
    """Raise ConditionFlawed unless the text is empty (always) or a condition that type-checks."""
    if text:
        _compiled(text, scope)


def condition_holds(text: str, scope: Scope, facts: RefundFacts, beside: Mapping[str, Any] = _NOTHING) -> bool:
    """Work a condition out over the facts, and what its scope has `beside` them by name; an empty one holds.

    Raises FactUnknown when it depends on a fact that is unknown, and
    ConditionFailed when it cannot be worked out.
    """
    if not text:
        return True
    condition = _compiled(text, scope)
    values = {name: value for name, value_in in condition.facts if (value := value_in(facts)) is not None}
    answer = condition.expression.eval(data={**values, **beside})
    if answer.type() == cel.Type.BOOL:
        return bool(answer.value())
    absent = _ABSENT.search(str(answer.value()))
    if absent is not None:
        raise FactUnknown(absent.group(1))
    raise ConditionFailed(str(answer.value()))


@dataclass(frozen=True)
class _Compiled:
    """A condition and the facts that it may need: those whose names stand in it."""

    expression: cel.Expression
    facts: tuple[tuple[str, Callable[[RefundFacts], Any]], ...]


@lru_cache(maxsize=1000)
def _compiled(text: str, scope: Scope) -> _Compiled:
    if len(text) > MOST_CHARACTERS:
        raise ConditionFlawed(Flaw(0, 0, f"longer than {MOST_CHARACTERS} characters"))
    if len(_WALK.findall(text)) > MOST_WALKS:
        raise ConditionFlawed(Flaw(0, 0, f"walks lists more than {MOST_WALKS} times"))
    try:
        compiled = _environment(scope).compile(text)
    except RuntimeError as error:
        raise ConditionFlawed(_flaw(str(error))) from None
    if compiled.return_type() != cel.Type.BOOL:
        raise ConditionFlawed(Flaw(1, 1, f"is {compiled.return_type().name().lower()}, not bool"))
    written = _AROUND_DOTS.sub(".", text)
    named = [(name, variable.value_in) for name, variable in fact_variables().items() if name in written]
    return _Compiled(compiled, tuple(named))


@cache
def _environment(scope: Scope) -> cel.Env:
    return cel.NewEnv(variables=scope_types(scope))


def _flaw(report: str) -> Flaw:
    found = _REPORT.search(report)
    if found is None:
        return Flaw(0, 0, report.splitlines()[0])
    line, column, reason = found.groups()
    return Flaw(int(line), int(column), reason.removesuffix(" (in container '')"))


def _checked(scope: Scope) -> Callable[[str], str]:
    def check(text: str) -> str:
        condition_check(text, scope)
        return text

    return check


# A condition as part of a policy; empty means always.
OnFacts = Annotated[str, AfterValidator(_checked(Scope.FACTS))]
OnVerdict = Annotated[str, AfterValidator(_checked(Scope.VERDICT))]
OnDecision = Annotated[str, AfterValidator(_checked(Scope.DECISION))]
