"""Counting, of bounded size."""

from datetime import date

from apps.risk.policy import FactorCode
from apps.trials.shares import percentile, wilson
from apps.trials.tally import CHANGED_KEPT, SHOPS_KEPT, Tally, tally_add, tally_document, tally_from, trimmed
from apps.trials.techniques import Technique, techniques_of
from apps.trials.weighing import Compared, Decided, Weighed


def seen(number: int, codes: frozenset[str] = frozenset()) -> Compared:
    return Compared(
        refund_id=f"rfd_{number:04}",
        client="Star Mall",
        shop=f"S-{number}",
        category="gift_card",
        day=date(2026, 11, 22),
        amount=100,
        currency="CNY",
        decided=Decided.NEITHER,
        before=Weighed(10, "low", "clear", frozenset()),
        after=Weighed(10 + number, "high", "review", codes, is_failed=number == 0),
    )


def test_keeps_the_refunds_that_change_most_and_a_bounded_number_of_shops() -> None:
    tally = Tally()
    for number in range(SHOPS_KEPT + 20):
        tally_add(tally, seen(number))
    trimmed(tally)
    assert (len(tally.shops), tally.shops_left_out) == (SHOPS_KEPT, 20)
    assert len(tally.most_changed) == CHANGED_KEPT
    assert tally.most_changed[0].refund_id == "rfd_0519"
    assert (tally.weighed, tally.changed, tally.failed) == (520, 520, 1)


def test_counts_factors_that_newly_fire_under_their_technique() -> None:
    tally = Tally()
    tally_add(tally, seen(1, frozenset({FactorCode.CREDIT_TO_CASH.value})))
    assert tally.factors["CREDIT_TO_CASH"].newly == 1
    assert (tally.techniques["payment_loop"].before, tally.techniques["payment_loop"].after) == (0, 1)


def test_is_read_back_as_it_was_written() -> None:
    tally = Tally()
    tally_add(tally, seen(1))
    assert tally_from(tally_document(tally)) == tally
    assert tally_from({}) == Tally()


def test_puts_what_speaks_of_no_technique_apart() -> None:
    assert techniques_of(["FAST_REFUND", "PAYER_MISMATCH", "NEW_ACCOUNT"]) == {
        Technique.CIRCULAR_REFUND,
        Technique.PAYMENT_LOOP,
        Technique.FICTITIOUS_TRADE,
    }
    assert techniques_of(["MINOR_PURCHASE"]) == {Technique.OTHER}


def test_knows_how_little_few_refunds_tell() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_takes_percentiles_from_the_values_themselves() -> None:
    assert [percentile([1, 2, 3, 4], percent) for percent in (50, 90, 100)] == [2, 4, 4]
    assert percentile([], 50) == 0
