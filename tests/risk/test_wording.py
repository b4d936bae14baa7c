"""Titles, innocent explanations and quantities; what is not known any more; the language that was active."""

import re

import pytest
from django.utils import translation

from apps.risk.factors import Factor, factor_document
from apps.risk.factors.factor import failed, unknown
from apps.risk.facts import DestinationFacts, InstrumentKind, RefundFacts
from apps.risk.models import RiskLevel, RiskOutcome
from apps.risk.policy import FactorCode
from apps.risk.sentences import factor_innocent, factor_sentence, factor_title, factor_words
from apps.risk.wording import INNOCENT, INSTRUMENTS, STATES, TITLES, VERIFICATIONS
from tests.risk.calm import calm, weighed

pytestmark = pytest.mark.usefixtures("translations")
CHINESE = "zh-hans"
SHARES = {"orders": 6, "baskets": 5, "bought": 100000, "refunded": 85550}
WALLET = DestinationFacts(InstrumentKind.WALLET, "A-9", is_holder_the_buyer=False, is_source=False)


def test_names_and_excuses_every_code_in_both_languages() -> None:
    assert set(TITLES) == set(INNOCENT) == set(FactorCode)
    for code in FactorCode:
        for words in (factor_title, factor_innocent):
            english, chinese = words(code, "en"), words(code, CHINESE)
            assert english.isascii()
            assert re.search(r"[一-鿿]", chinese), (code, chinese)


def test_uses_the_terms_of_the_trade() -> None:
    assert [factor_title(code, CHINESE) for code in FactorCode][:8] == [
        "核销后退款",
        "退款金额占比",
        "退款笔数占比",
        "退款频次",
        "极速退款",
        "新账户",
        "核验不足",
        "身份共用",
    ]


def test_translates_every_word_that_fills_a_sentence() -> None:
    words = [*INSTRUMENTS.values(), *STATES.values(), *VERIFICATIONS.values()]
    words += [choice.label for enum in (RiskLevel, RiskOutcome) for choice in enum]
    with translation.override(CHINESE):
        assert [str(word) for word in words if not re.search(r"[一-鿿]", str(word))] == []


@pytest.mark.parametrize(
    ("facts", "english", "chinese"),
    [
        (calm(payment={"minutes_since": 0.99}), "less than 1 minute", "不到 1 分钟"),
        (calm(payment={"minutes_since": 1.99}), "1 minute", "1 分钟"),
        (calm(payment={"minutes_since": 10.0}), "10 minutes", "10 分钟"),
    ],
)
def test_writes_minutes_as_people_say_them(facts: RefundFacts, english: str, chinese: str) -> None:
    factor = weighed(facts, FactorCode.FAST_REFUND)
    assert factor_words(factor, "en").observed == english
    assert factor_words(factor, CHINESE).observed == chinese


def test_gives_a_page_everything_about_a_factor() -> None:
    words = factor_words(weighed(calm(habits=SHARES), FactorCode.REFUND_VALUE_SHARE), CHINESE)
    assert (words.title, words.observed, words.threshold, words.window) == ("退款金额占比", "85.5%", "80%", "90 天")
    assert words.sentence.startswith("近 90 天购买")
    assert words.innocent.startswith("退一笔大额订单")


def test_leaves_out_a_threshold_and_a_window_that_do_not_exist() -> None:
    words = factor_words(weighed(calm(destination=WALLET), FactorCode.DESTINATION_MISMATCH), "en")
    assert (words.observed, words.threshold, words.window) == ("", "", "")


@pytest.mark.parametrize(
    ("factor", "english", "chinese", "sentence"),
    [
        (
            unknown(FactorCode.NEW_ACCOUNT, "account.age_days"),
            "unknown",
            "未知",
            "所依据的信息未知，无法判断。",
        ),
        (
            failed(FactorCode.NEW_ACCOUNT, ZeroDivisionError()),
            "failed",
            "计算失败",
            "计算出错，未能得出结果，因此由审核员审核这笔退款申请。",
        ),
    ],
)
def test_says_what_could_not_be_weighed_and_excuses_nothing(
    factor: Factor, english: str, chinese: str, sentence: str
) -> None:
    document = factor_document(factor)
    words = factor_words(document, CHINESE)
    assert (words.title, words.observed, words.sentence, words.innocent) == ("新账户", chinese, sentence, "")
    assert factor_words(document, "en").observed == english


def test_shows_a_stored_factor_that_no_rule_knows_any_more() -> None:
    factor = weighed(calm(account={"age_days": 1}), FactorCode.NEW_ACCOUNT)
    assert factor_sentence(factor | {"rule": "gone"}, "en") == "New account"
    assert factor_sentence(factor | {"code": "GONE"}, "en") == "GONE"
    assert factor_innocent("GONE", "en") == ""


def test_keeps_the_language_that_was_active() -> None:
    factor = weighed(calm(account={"age_days": 1}), FactorCode.NEW_ACCOUNT)
    with translation.override("en"):
        factor_sentence(factor, CHINESE)
        assert translation.get_language() == "en"
