"""Assessing: one frozen row, and the part that clients see."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.common.inserting import insert
from apps.identity.models import FactorStatus
from apps.marketplace.models import DeliveryStatus, InstrumentType
from apps.refunds.models import Refund
from apps.risk.models import RiskAssessment
from apps.risk.policy import Care, Outcome
from apps.risk.policy.document import Consequence
from apps.risk.policy.shipped import shipped_policy
from apps.risk.selectors.policies import NumberedPolicy
from apps.risk.services.assess import refunds_assess, risk_part
from tests.risk.calm import NOON
from tests.risk.platform import Platform, make_platform
from tests.risk.stored import draft_of, refund_assess, refund_facts

CLEARED = Consequence(outcome=Outcome.CLEAR, hold_hours=0)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_platform() -> Platform:
    return make_platform()


@pytest.fixture
def risky(shop_platform: Platform) -> Refund:
    account, other = shop_platform.account(age=timedelta(hours=2)), shop_platform.account()
    shop_platform.identified(account, phone=FactorStatus.VERIFIED)
    order = shop_platform.order(
        account,
        64800,
        ago=timedelta(minutes=8),
        paid_with=[shop_platform.instrument(InstrumentType.CREDIT_LINE, account)],
        delivery_status=DeliveryStatus.VIEWED,
    )
    return shop_platform.refund(order, to=shop_platform.instrument(InstrumentType.WALLET, other))


def test_freezes_facts_factors_and_verdict_in_one_row(
    risky: Refund, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = draft_of(risky)
    with django_assert_num_queries(1):
        (assessed,) = refunds_assess([draft], now=NOON + timedelta(seconds=2))
    insert([assessed])
    stored = RiskAssessment.objects.get(refund=risky)
    assert (stored.policy_version, stored.score, stored.level, stored.outcome) == (1, 100, "critical", "review")
    assert (stored.hold_minutes, stored.created_at) == (72 * 60, NOON + timedelta(seconds=2))
    assert stored.factors == assessed.factors
    assert stored.facts == json.loads(bytes(assessed.facts))
    assert stored.facts["payment"]["by_kind"] == {"credit_line": 64800}
    assert stored.facts["version"] == 2


def test_refuses_to_change_or_forget_an_assessment(risky: Refund) -> None:
    refund_assess(risky, now=NOON)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        RiskAssessment.objects.filter(refund=risky).update(score=0)
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        RiskAssessment.objects.filter(refund=risky).delete()
    assert RiskAssessment.objects.get(refund=risky).score == 100


def test_leaves_the_refund_as_it_is(risky: Refund) -> None:
    before = Refund.objects.filter(pk=risky.pk).values().get()
    refund_assess(risky, now=NOON)
    assert Refund.objects.filter(pk=risky.pk).values().get() == before


def test_keeps_a_factor_as_pages_and_later_runs_read_it(risky: Refund) -> None:
    assessed = refund_assess(risky, now=NOON)
    assert assessed.factors[0] == {
        "code": "CREDIT_TO_CASH",
        "rule": "credit",
        "points": 35,
        "observed": 100.0,
        "threshold": 50.0,
        "unit": "percent",
        "window_hours": 0,
        "numbers": {"amount": 64800, "currency": "CNY", "paid_with": "credit_line", "destination": "wallet"},
        "records": [{"kind": "order", "id": risky.order.external_id}],
        "base_rate": None,
        "base_accounts": None,
    }


def test_shows_clients_the_weightiest_reason_first(risky: Refund) -> None:
    part = risk_part(refund_assess(risky, now=NOON), "en")
    assert {name: part[name] for name in ("score", "level", "outcome", "policy_version")} == {
        "score": 100,
        "level": "critical",
        "outcome": "review",
        "policy_version": 1,
    }
    holder = refund_facts(risky).destination
    assert holder is not None
    assert part["factors"][:3] == [
        {
            "code": "CREDIT_TO_CASH",
            "points": 35,
            "summary": "100% of the order (CN¥648.00) was paid with credit line; the refund is asked as cash (wallet).",
        },
        {
            "code": "REFUND_AFTER_CONSUMPTION",
            "points": 30,
            "summary": "Goods worth CN¥648.00 were viewed before the request; a code that was seen may have been used.",
        },
        {
            "code": "DESTINATION_MISMATCH",
            "points": 25,
            "summary": f"The refund is to go to another person's account {holder.holder} (wallet), which did not pay.",
        },
    ]
    weights = [factor["points"] for factor in part["factors"]]
    assert weights == sorted(weights, reverse=True)


def test_speaks_the_clients_language_whatever_is_active(risky: Refund) -> None:
    assessed = refund_assess(risky, now=NOON)
    with translation.override("zh-hans"):
        assert risk_part(assessed, "en")["factors"][1]["summary"].startswith("Goods worth CN¥648.00")


def test_weighs_a_stored_assessment_the_same_after_reading_it_back(risky: Refund) -> None:
    assessed = refund_assess(risky, now=NOON)
    assert risk_part(RiskAssessment.objects.get(refund=risky), "en") == risk_part(assessed, "en")


def test_gives_clients_no_reason_that_is_unknown(shop_platform: Platform) -> None:
    buyer = shop_platform.account()
    order = shop_platform.order(buyer, ago=timedelta(hours=5))
    assessed = refund_assess(shop_platform.refund(order), now=NOON)
    rules = {factor["code"]: factor["rule"] for factor in assessed.factors}
    assert rules["REFUND_AFTER_CONSUMPTION"] == "unknown"
    codes = [factor["code"] for factor in risk_part(assessed, "en")["factors"]]
    assert codes == [code for code, rule in rules.items() if rule != "unknown"]


def test_takes_a_refund_in_for_a_person_when_a_factor_fails(risky: Refund, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = shipped_policy()
    care = dict.fromkeys(Care, policy.consequences[Care.LENIENT].model_copy(update={"critical": CLEARED}))
    broken = policy.factors.model_copy(update={"FAST_REFUND": policy.factors.MINOR_PURCHASE})
    changed = policy.model_copy(update={"factors": broken, "consequences": care})
    monkeypatch.setattr("apps.risk.selectors.policy_published", lambda _: NumberedPolicy(1, changed))
    assessed = refund_assess(risky, now=NOON)
    (failure,) = [factor for factor in assessed.factors if factor["rule"] == "failed"]
    assert (failure["code"], failure["points"], failure["numbers"]) == ("FAST_REFUND", 0, {"error": "AttributeError"})
    assert (assessed.level, assessed.outcome) == ("critical", "review")
    shown = [factor["summary"] for factor in risk_part(assessed, "en")["factors"] if factor["code"] == "FAST_REFUND"]
    assert shown == ["Could not be worked out because of an error, so a person looks at the refund."]
