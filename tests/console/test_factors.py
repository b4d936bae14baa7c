"""Risk factors on pages: what could not be weighed is neither a reason nor a zero."""

from apps.console.presenters.factors import factor_rows, strongest, strongest_sentence
from apps.risk.factors import factor_document
from apps.risk.factors.factor import failed, unknown
from apps.risk.policy import FactorCode
from tests.risk.calm import calm, weighed

UNKNOWN = factor_document(unknown(FactorCode.NEW_ACCOUNT, "account.age_days"))
FAILED = factor_document(failed(FactorCode.REFUND_VELOCITY, ZeroDivisionError()))
FAST = weighed(calm(payment={"minutes_since": 3.0}), FactorCode.FAST_REFUND)
SENTENCE = "Could not be worked out because of an error, so a person looks at the refund."


def test_gives_no_reason_that_is_unknown() -> None:
    assert strongest([UNKNOWN]) == []
    assert strongest_sentence([UNKNOWN]) == ""


def test_names_what_weighs_before_what_failed() -> None:
    assert strongest([FAILED, UNKNOWN, FAST]) == ["Fast refund"]
    assert strongest_sentence([FAILED, UNKNOWN, FAST]) == "Asked back 3 minutes after payment."
    assert strongest_sentence([UNKNOWN, FAILED]) == SENTENCE


def test_shows_a_dash_where_nothing_could_be_weighed() -> None:
    rows = factor_rows([UNKNOWN, FAILED, FAST])
    assert [(row.title, row.points, row.observed, row.share) for row in rows] == [
        ("Fast refund", "+15", "3 minutes", 100),
        ("New account", "–", "unknown", 0),
        ("Refund frequency", "–", "failed", 0),
    ]
    assert [row.innocent for row in rows][1:] == ["", ""]
