"""Factors in words: what a reviewer, a supervisor and the client read.

Every function takes a factor as the assessment holds it (`factor_document`)
and Django's code of a language, and answers in that language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.common.money import written
from apps.rings.kinds import Kind
from apps.risk.factors import Unit, Unweighed
from apps.risk.facts import InstrumentKind, VerificationKind, VerificationState
from apps.risk.policy import FactorCode
from apps.risk.wording import (
    INNOCENT,
    INSTRUMENTS,
    RINGS,
    SENTENCES,
    STATES,
    TITLES,
    UNWEIGHED,
    UNWEIGHED_STATES,
    VERIFICATIONS,
)

# What a sentence depends on, beside the numbers.
_SAID = ("code", "rule", "observed", "unit", "window_hours")
_MONEY = ("amount", "bought", "refunded", "limit")
# Codes that this version no longer knows are shown as they are stored.
_KNOWN = frozenset(FactorCode)
_UNWEIGHED = frozenset(Unweighed)


@dataclass(frozen=True)
class FactorWords:
    """A factor as a page shows it; `threshold` and `window` are empty where there is none."""

    title: str
    sentence: str
    innocent: str
    observed: str
    threshold: str
    window: str


@lru_cache(maxsize=500)
def factor_title(code: str, language: str) -> str:
    """Return the factor's name; an unknown code as it is."""
    with translation.override(language):
        return str(TITLES[FactorCode(code)]) if code in _KNOWN else code


def factor_innocent(code: str, language: str) -> str:
    """Return the usual innocent explanation; nothing for an unknown code."""
    with translation.override(language):
        return str(INNOCENT[FactorCode(code)]) if code in _KNOWN else ""


def factor_sentence(factor: Mapping[str, Any], language: str) -> str:
    """Say the factor in one sentence with its numbers; a rule that is not known any more gives its title."""
    said = tuple(factor[name] for name in _SAID)
    return _sentence(said, tuple(factor["numbers"].items()), language)


# Intake says the same of many refunds: "the account is 0 days old".
@lru_cache(maxsize=10_000)
def _sentence(said: tuple[Any, ...], numbers: tuple[tuple[str, Any], ...], language: str) -> str:
    factor = dict(zip(_SAID, said, strict=True)) | {"numbers": dict(numbers)}
    with translation.override(language):
        if factor["rule"] in _UNWEIGHED:
            return str(UNWEIGHED[Unweighed(factor["rule"])])
        template = SENTENCES.get((factor["code"], factor["rule"]))
        if template is None:
            return factor_title(factor["code"], language)
        return template % _placeholders(factor, language)


def factor_words(factor: Mapping[str, Any], language: str) -> FactorWords:
    """Return everything that a page says about a factor."""
    with translation.override(language):
        return FactorWords(
            title=factor_title(factor["code"], language),
            sentence=factor_sentence(factor, language),
            innocent="" if factor["rule"] in _UNWEIGHED else factor_innocent(factor["code"], language),
            observed=_observed(factor),
            threshold=_quantity(factor["threshold"], factor["unit"]),
            window=_window(factor["window_hours"]),
        )


def _placeholders(factor: Mapping[str, Any], language: str) -> dict[str, Any]:
    numbers = factor["numbers"]
    observed = factor["observed"]
    words: dict[str, Any] = numbers | {
        "n": int(observed) if observed is not None else 0,
        "observed": _quantity(observed, factor["unit"]),
        "window": _window(factor["window_hours"]),
    }
    words |= {name: written(numbers[name], numbers["currency"], language) for name in _MONEY if name in numbers}
    if "destination" in numbers:
        words["destination"] = INSTRUMENTS[InstrumentKind(numbers["destination"])]
    if "instrument" in numbers:
        words["instrument"] = f"{INSTRUMENTS[InstrumentKind(numbers['instrument'])]} {numbers['last4']}".strip()
    if "paid_with" in numbers:
        words["paid_with"] = _listed(
            [str(INSTRUMENTS[InstrumentKind(kind)]) for kind in numbers["paid_with"].split(",")]
        )
    if "ring" in numbers:
        words["ring"] = RINGS[Kind(numbers["ring"])]
    if factor["code"] == FactorCode.WEAK_VERIFICATION:
        words["states"] = _listed(_weak_states(numbers))
    return words


def _weak_states(numbers: Mapping[str, Any]) -> list[str]:
    return [
        _("%(kind)s %(state)s") % {"kind": VERIFICATIONS[kind], "state": STATES[VerificationState(numbers[kind])]}
        for kind in VerificationKind
        if numbers[kind] != VerificationState.VERIFIED
    ]


def _listed(parts: list[str]) -> str:
    return pgettext("between the items of a list", ", ").join(parts)


def _observed(factor: Mapping[str, Any]) -> str:
    if factor["rule"] in _UNWEIGHED:
        return str(UNWEIGHED_STATES[Unweighed(factor["rule"])])
    return _quantity(factor["observed"], factor["unit"])


def _quantity(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    written_as = _UNITS.get(Unit(unit))
    return written_as(value) if written_as else f"{value:g}"


def _percent(value: float) -> str:
    return f"{round(value, 1):g}%"


def _minutes(value: float) -> str:
    if value < 1:
        return _("less than 1 minute")
    return ngettext("%(n)s minute", "%(n)s minutes", int(value)) % {"n": int(value)}


def _days(value: float) -> str:
    if value < 1:
        return _("less than 1 day")
    return ngettext("%(n)s day", "%(n)s days", int(value)) % {"n": int(value)}


_UNITS: dict[Unit, Callable[[float], str]] = {Unit.PERCENT: _percent, Unit.MINUTES: _minutes, Unit.DAYS: _days}


def _window(hours: int) -> str:
    if not hours:
        return ""
    if hours % 24 or hours == 24:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return _days(hours / 24)
