"""Past refunds, submitted and told, and a version that judges them otherwise."""

from datetime import datetime
from typing import Any

from apps.payouts.models import Hold
from apps.refunds.lifecycle import Status
from apps.refunds.models import Origin, Refund
from apps.reviews.models import ReviewCase
from apps.risk.models import PolicyVersion, RiskAssessment
from apps.risk.policy import policy_from
from apps.risk.services.policies import policy_draft
from apps.staff.models import Role
from apps.trials.models import Backtest
from apps.trials.services.backtest import backtest_start
from apps.webhooks.models import Event
from tests.risk.calm import NOON, POLICY
from tests.risk.platform import DAY, Platform
from tests.risk.stored import refund_assess
from tests.support.factories import make_person, person_actor

SINCE, UNTIL = NOON - 30 * DAY, NOON + DAY
LATER = NOON + 2 * DAY


def version(**parts: Any) -> PolicyVersion:
    """Draft the shipped policy with these parts changed."""
    policy = policy_from(POLICY.model_dump(mode="json", exclude_none=True) | parts)
    author = person_actor(make_person(role=Role.SUPERVISOR))
    return policy_draft(policy, reason="Try it.", based_on=None, actor=author, now=NOON)


def strictest() -> PolicyVersion:
    """Return a version that sends everything to a person: any score is critical."""
    review = {"outcome": "review", "hold_hours": 24}
    levels = dict.fromkeys(("low", "medium", "high", "critical"), review)
    return version(consequences=dict.fromkeys(("strict", "standard", "lenient"), levels))


def submitted(platform: Platform, **asked: Any) -> Refund:
    """Submit a refund of a calm customer's, and weigh it by the policy in force."""
    refund = platform.refund(platform.order(platform.account(), ago=5 * DAY), **asked)
    refund_assess(refund, now=NOON)
    return refund


def told(platform: Platform, status: Status = Status.PAID, ago: Any = DAY) -> Refund:
    """Tell a past refund as history, with what became of it."""
    refund = platform.refund(platform.order(platform.account(), ago=5 * DAY), status=status, ago=ago)
    Refund.objects.filter(pk=refund.pk).update(origin=Origin.HISTORY)
    return refund


def started(of: PolicyVersion, *, until: datetime = UNTIL, **asked: Any) -> Backtest:
    """Start a backtest over the last thirty days."""
    fields = {"since": SINCE, "client": None, "actor": person_actor(make_person(role=Role.SUPERVISOR)), "now": LATER}
    return backtest_start(of, until=until, **(fields | asked))


def moved(backtest: Backtest) -> dict[str, int]:
    """Return how many refunds went which way."""
    backtest.refresh_from_db()
    return {move: found["refunds"] for move, found in backtest.tally.get("outcomes", {}).items()}


def counted() -> list[int]:
    """Return how many rows there are of everything that has an effect."""
    return [model.objects.count() for model in (Refund, RiskAssessment, Event, ReviewCase, Hold)]
