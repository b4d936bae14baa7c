"""Money: an integer of minor units with its ISO 4217 currency beside it."""

from decimal import Decimal
from functools import cache, lru_cache

from babel.numbers import format_currency
from iso4217 import Currency

# 18 digits is the most that ISO 20022 allows, and well inside a bigint.
LARGEST_AMOUNT = 10**15

# Our language codes, as CLDR names them.
_LOCALES = {"en": "en", "zh-hans": "zh_Hans"}


@cache
def exponent(currency: str) -> int:
    """Return how many decimals the currency has: JPY 0, CNY 2, KWD 3.

    Raises ValueError for a code that ISO 4217 does not list, and for those
    (gold, test codes) that have no minor unit.
    """
    decimals = Currency(currency).exponent
    if decimals is None:
        raise ValueError(f"{currency} has no minor unit")
    return int(decimals)


@cache
def is_currency(code: str) -> bool:
    """Tell whether the code is a currency in which amounts can be stated."""
    try:
        exponent(code)
    except ValueError:
        return False
    return True


@cache
def currencies() -> tuple[str, ...]:
    """Return every code in which amounts can be stated, in order."""
    return tuple(sorted(currency.code for currency in Currency if is_currency(currency.code)))


def major_units(amount: int, currency: str) -> Decimal:
    """Return the amount in major units, exactly."""
    return Decimal(amount).scaleb(-exponent(currency))


@lru_cache(maxsize=10_000)
def written(amount: int, currency: str, language: str = "en") -> str:
    """Write an amount as the readers of a language expect it: ``CN¥648.00`` in English, ``¥648.00`` in Chinese."""
    return format_currency(major_units(amount, currency), currency, locale=_LOCALES.get(language, "en"))
