"""Backtests, and the past refunds that they weigh."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import msgspec
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from apps.refunds.lifecycle import Status
from apps.refunds.models import Origin, Refund
from apps.refunds.stored import stored_drafts
from apps.risk.facts import RefundFacts, facts_read
from apps.risk.models import RiskAssessment
from apps.risk.policy import Policy
from apps.risk.selectors import refunds_facts
from apps.trials.errors import BacktestUnknown
from apps.trials.models import Backtest, BacktestStatus
from apps.trials.weighing import Compared, Decided, Weighed, weigh

# How long an intake may take from making an id to committing it.
SETTLED_AFTER = timedelta(seconds=10)

_UNREAD = ("risk", "review", "information_request", "hold", "payout")


class _Reason(msgspec.Struct):
    """What is needed of a factor in an assessment."""

    code: str
    points: int


_REASONS = msgspec.json.Decoder(list[_Reason])


def backtest_of(backtest_id: str) -> Backtest:
    """Return a backtest with its version and people. Raises BacktestUnknown."""
    found = Backtest.objects.select_related("version", "client", "started_by").filter(pk=backtest_id).first()
    if found is None:
        raise BacktestUnknown
    return found


def backtests_newest(most: int) -> list[Backtest]:
    """Return the newest backtests."""
    return list(Backtest.objects.select_related("version", "client", "started_by").order_by("-pk")[:most])


def backtests_running() -> list[str]:
    """Return the ids of what has still to be done, the oldest first."""
    running = Backtest.objects.filter(status=BacktestStatus.RUNNING)
    return list(running.order_by("pk").values_list("pk", flat=True))


def refunds_meant(backtest: Backtest) -> "QuerySet[Refund]":
    """Return the refunds of the period, and of the client if one was chosen."""
    meant = Refund.objects.filter(requested_at__gte=backtest.since, requested_at__lt=backtest.until)
    return meant if backtest.client_id is None else meant.filter(client_id=backtest.client_id)


def refunds_submitted(shadow: Backtest, *, now: datetime) -> "QuerySet[Refund]":
    """Return what was submitted since a shadow began, but for the last seconds.

    Ids are given before they are committed: of two that come in at once the
    later may be seen first, and the earlier must not be passed by.
    """
    return Refund.objects.filter(origin=Origin.LIVE, created_at__gte=shadow.since, created_at__lte=now - SETTLED_AFTER)


def newest_refund_id() -> str:
    """Return the id that all refunds to come sort after; empty without any."""
    return Refund.objects.order_by("-pk").values_list("pk", flat=True).first() or ""


def refunds_next(backtest: Backtest, most: int, *, now: datetime) -> list[Refund]:
    """Return the refunds that come after the last one that was weighed."""
    meant = refunds_submitted(backtest, now=now) if backtest.is_shadow else refunds_meant(backtest)
    following = meant.filter(pk__gt=backtest.reached).select_related("client", "shop")
    return list(following.defer(*_UNREAD).order_by("pk")[:most])


def refunds_compared(refunds: Sequence[Refund], *, policy: Policy, other: Policy) -> Iterator[Compared]:
    """Weigh refunds with `policy`.

    Those that were submitted are weighed from their frozen facts and compared
    with what was made of them then. Those that were told as history have
    neither: their facts are gathered as of the request, and they are compared
    with what `other` makes of them.
    """
    live = {refund.pk: refund for refund in refunds if refund.origin == Origin.LIVE}
    for refund_id, before, facts in _frozen(live):
        yield _compared(live[refund_id], before, weigh(facts, policy))
    told = sorted((one for one in refunds if one.origin == Origin.HISTORY), key=lambda one: (one.client_id, one.pk))
    for _, group in groupby(told, key=lambda one: one.client_id):
        drafts = stored_drafts(list(group))
        for draft, facts in zip(drafts, refunds_facts(drafts), strict=True):
            yield _compared(draft.refund, weigh(facts, other), weigh(facts, policy))


def _frozen(live: dict[str, Refund]) -> Iterator[tuple[str, Weighed, RefundFacts]]:
    """Read assessments as text: decoding the facts straight into their classes is the cheapest way."""
    rows = RiskAssessment.objects.filter(refund__in=live.keys()).values_list(
        "refund_id", "score", "level", "outcome", Cast("factors", TextField()), Cast("facts", TextField())
    )
    for refund_id, score, level, outcome, factors, facts in rows.order_by("refund_id") if live else ():
        codes = frozenset(reason.code for reason in _REASONS.decode(factors) if reason.points > 0)
        yield refund_id, Weighed(score, level, outcome, codes), facts_read(facts)


def _compared(refund: Refund, before: Weighed, after: Weighed) -> Compared:
    return Compared(
        refund_id=refund.pk,
        client=refund.client.name,
        shop=refund.shop.external_id,
        category=refund.category,
        day=refund.requested_at.date(),
        amount=refund.amount,
        currency=refund.currency,
        decided=_decided(refund),
        before=before,
        after=after,
    )


def _decided(refund: Refund) -> Decided:
    """Of a submitted refund a person's decision counts; of one told as history, how it ended."""
    if refund.origin == Origin.HISTORY:
        return Decided.DENIED if refund.status == Status.DENIED else Decided.APPROVED
    outcomes = {"deny": Decided.DENIED, "approve": Decided.APPROVED}
    return outcomes.get((refund.decision or {}).get("outcome", ""), Decided.NEITHER)
