"""Where the money came from and where it shall go."""

import pytest

from apps.risk.factors import Record, RecordKind
from apps.risk.facts import Category, DestinationFacts, InstrumentKind
from apps.risk.policy import FactorCode
from tests.risk.calm import CALM, calm, found, points

STRICT, LENIENT = Category.GAME_CURRENCY, Category.PHYSICAL
WALLET = DestinationFacts(InstrumentKind.WALLET, "A-9", is_holder_the_buyer=False, is_source=False)
OWN_WALLET = DestinationFacts(InstrumentKind.WALLET, "A-1", is_holder_the_buyer=True, is_source=False)
UNKNOWN_HOLDER = DestinationFacts(InstrumentKind.WALLET, None, is_holder_the_buyer=None, is_source=False)
SOURCE_OF_ANOTHER = DestinationFacts(InstrumentKind.BANK_CARD, "A-9", is_holder_the_buyer=False, is_source=True)
NO_PAYMENT_KNOWN = DestinationFacts(InstrumentKind.WALLET, "A-9", is_holder_the_buyer=False, is_source=None)
OWN_BALANCE = DestinationFacts(InstrumentKind.BALANCE, None, is_holder_the_buyer=None, is_source=False)
BALANCE_OF_ANOTHER = DestinationFacts(InstrumentKind.BALANCE, "A-9", is_holder_the_buyer=False, is_source=False)


@pytest.mark.parametrize(
    ("destination", "strict", "lenient"),
    [
        (None, 5, 0),
        (CALM.destination, 5, 0),
        (SOURCE_OF_ANOTHER, 5, 0),
        (NO_PAYMENT_KNOWN, 5, 0),
        (OWN_WALLET, 20, 20),
        (WALLET, 20, 20),
    ],
)
def test_weighs_another_payer_when_the_money_goes_elsewhere(
    destination: DestinationFacts | None, strict: int, lenient: int
) -> None:
    weighed = [
        points(calm(category, payment={"other_payers": ("A-5",)}, destination=destination), FactorCode.PAYER_MISMATCH)
        for category in (STRICT, LENIENT)
    ]
    assert weighed == [strict, lenient]


def test_takes_an_unknown_payer_for_no_mismatch() -> None:
    facts = calm(payment={"is_payer_known": False}, destination=OWN_WALLET)
    assert found(facts, FactorCode.PAYER_MISMATCH) is None


def test_names_at_most_three_payers_and_records_all() -> None:
    payers = ("A-5", "A-6", "A-7", "A-8")
    factor = found(calm(payment={"other_payers": payers}), FactorCode.PAYER_MISMATCH)
    assert factor is not None
    assert factor.numbers == {"payer": "A-5, A-6, A-7"}
    assert factor.records == tuple(Record(RecordKind.ACCOUNT, payer) for payer in payers)


@pytest.mark.parametrize(
    ("destination", "rule", "strict", "lenient"),
    [
        (None, None, 0, 0),
        (CALM.destination, None, 0, 0),
        (SOURCE_OF_ANOTHER, None, 0, 0),
        (NO_PAYMENT_KNOWN, None, 0, 0),
        (OWN_BALANCE, None, 0, 0),
        (BALANCE_OF_ANOTHER, "another", 25, 25),
        (WALLET, "another", 25, 25),
        (OWN_WALLET, "new", 10, 5),
        (UNKNOWN_HOLDER, "new", 10, 5),
    ],
)
def test_weighs_a_destination_that_did_not_pay(
    destination: DestinationFacts | None, rule: str | None, strict: int, lenient: int
) -> None:
    factors = [
        found(calm(category, destination=destination), FactorCode.DESTINATION_MISMATCH)
        for category in (STRICT, LENIENT)
    ]
    assert [factor.points if factor else 0 for factor in factors] == [strict, lenient]
    assert {factor.rule for factor in factors if factor} == ({rule} if rule else set())


@pytest.mark.parametrize(
    ("by_kind", "expected"),
    [
        ({InstrumentKind.CREDIT_LINE: 999, InstrumentKind.BANK_CARD: 9001}, 0),
        ({InstrumentKind.CREDIT_LINE: 1000, InstrumentKind.BANK_CARD: 9000}, 20),
        ({InstrumentKind.POINTS: 4999, InstrumentKind.BANK_CARD: 5001}, 20),
        ({InstrumentKind.POINTS: 5000, InstrumentKind.BANK_CARD: 5000}, 35),
        ({InstrumentKind.GIFT_CARD: 2500, InstrumentKind.CREDIT_LINE: 2500, InstrumentKind.BALANCE: 5000}, 35),
        ({InstrumentKind.GIFT_CARD: 10000}, 35),
        ({InstrumentKind.CREDIT_CARD: 4999, InstrumentKind.BANK_CARD: 5001}, 0),
        ({InstrumentKind.CREDIT_CARD: 5000, InstrumentKind.BANK_CARD: 5000}, 10),
        ({InstrumentKind.CREDIT_CARD: 10000}, 10),
        ({InstrumentKind.BANK_CARD: 10000}, 0),
        ({InstrumentKind.CREDIT_LINE: 0}, 0),
    ],
)
def test_weighs_credit_asked_back_as_cash(by_kind: dict[InstrumentKind, int], expected: int) -> None:
    facts = calm(payment={"by_kind": by_kind, "total": sum(by_kind.values())}, destination=OWN_WALLET)
    assert points(facts, FactorCode.CREDIT_TO_CASH) == expected


@pytest.mark.parametrize(
    ("destination", "expected"),
    [
        (None, 0),
        (CALM.destination, 0),
        (NO_PAYMENT_KNOWN, 0),
        (OWN_BALANCE, 0),
        (DestinationFacts(InstrumentKind.GIFT_CARD, "A-1", is_holder_the_buyer=True, is_source=False), 0),
        (DestinationFacts(InstrumentKind.BANK_CARD, "A-1", is_holder_the_buyer=True, is_source=False), 35),
        (OWN_WALLET, 35),
        (WALLET, 35),
    ],
)
def test_sees_cash_only_where_money_becomes_free(destination: DestinationFacts | None, expected: int) -> None:
    facts = calm(payment={"by_kind": {InstrumentKind.CREDIT_LINE: 10000}}, destination=destination)
    assert points(facts, FactorCode.CREDIT_TO_CASH) == expected


def test_names_what_the_credit_was() -> None:
    by_kind = {InstrumentKind.CREDIT_LINE: 6000, InstrumentKind.POINTS: 1500, InstrumentKind.BANK_CARD: 2500}
    factor = found(calm(payment={"by_kind": by_kind}, destination=WALLET), FactorCode.CREDIT_TO_CASH)
    assert factor is not None
    assert factor.observed == 75.0
    assert factor.numbers == {
        "amount": 7500,
        "currency": "CNY",
        "paid_with": "credit_line,points",
        "destination": "wallet",
    }
