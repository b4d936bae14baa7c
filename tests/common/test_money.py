from decimal import Decimal

import pytest

from apps.common.money import exponent, is_currency, major_units, written


@pytest.mark.parametrize(("currency", "decimals"), [("JPY", 0), ("CNY", 2), ("USD", 2), ("KWD", 3)])
def test_knows_how_many_decimals_a_currency_has(currency: str, decimals: int) -> None:
    assert exponent(currency) == decimals


@pytest.mark.parametrize("code", ["XAU", "ZZZ", "", "cny", "CNYX"])
def test_refuses_what_is_no_currency(code: str) -> None:
    assert not is_currency(code)


def test_turns_minor_units_into_major_ones_exactly() -> None:
    assert major_units(10**15 + 1, "KWD") == Decimal("1000000000000.001")


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        (64800, "CNY", "zh-hans", "¥648.00"),
        (64800, "CNY", "en", "CN¥648.00"),
        (123456789, "JPY", "en", "¥123,456,789"),
        (-100, "USD", "en", "-$1.00"),
        (1, "KWD", "en", "KWD0.001"),
    ],
)
def test_writes_amounts_as_the_language_does(amount: int, currency: str, language: str, text: str) -> None:
    assert written(amount, currency, language) == text
