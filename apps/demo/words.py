"""What people wrote, read from `words.toml`."""

import random
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from apps.demo.trade import Language

_FILE = Path(__file__).with_name("words.toml")


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def reason(chance: random.Random, occasion: str, language: Language) -> str:
    """Return a customer's words; Chinese where the occasion has no others."""
    texts = _words()["reasons"][occasion]
    return str(chance.choice(texts.get(language, texts[Language.CHINESE])))


def message(name: str, language: str, **facts: str) -> str:
    """Return what a reviewer tells a customer."""
    return str(_words()["messages"][name][language]).format(**facts)


def answer(name: str, language: str) -> str:
    """Return what a customer answers."""
    return str(_words()["answers"][name][language])


def appeal(name: str, language: str) -> str:
    """Return what a customer writes against a denial."""
    return str(_words()["appeals"][name][language])


def note(name: str, language: str, **facts: str) -> str:
    """Return what a colleague writes, in that colleague's language."""
    return str(_words()["notes"][name][language]).format(**facts)


def hold_reason(name: str, language: str) -> str:
    """Return why a hold is changed."""
    chinese, english = _words()["hold_reasons"][name]
    return str(chinese if language == Language.CHINESE else english)


def withdrawal(chance: random.Random, language: Language) -> str:
    """Return why a customer takes a request back."""
    return str(chance.choice(_words()["withdrawals"][language]))


def payout_failure(name: str) -> str:
    """Return why the mall could not pay."""
    return str(_words()["payout_failures"][name])
