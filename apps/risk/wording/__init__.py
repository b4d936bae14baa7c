"""The words of factors: titles, sentences, and the usual innocent explanations. Templates only."""

from django.utils.functional import Promise

from apps.risk.policy import FactorCode
from apps.risk.wording import conduct, links, money, person, rhythm
from apps.risk.wording.links import RINGS
from apps.risk.wording.states import INSTRUMENTS, STATES, UNWEIGHED, UNWEIGHED_STATES, VERIFICATIONS

__all__ = [
    "INNOCENT",
    "INSTRUMENTS",
    "RINGS",
    "SENTENCES",
    "STATES",
    "TITLES",
    "UNWEIGHED",
    "UNWEIGHED_STATES",
    "VERIFICATIONS",
]

_THEMES = (conduct, links, money, person, rhythm)

TITLES: dict[FactorCode, str | Promise] = {code: text for theme in _THEMES for code, text in theme.TITLES.items()}

# (code, rule) -> sentence. What the placeholders hold, `sentences` says.
SENTENCES: dict[tuple[FactorCode, str], str | Promise] = {
    rule: text for theme in _THEMES for rule, text in theme.SENTENCES.items()
}

INNOCENT: dict[FactorCode, str | Promise] = {code: text for theme in _THEMES for code, text in theme.INNOCENT.items()}
