"""The life of a backtest. Who may is checked by the faces."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.clients.models import ApiClient
from apps.common.actors import Actor
from apps.risk.models import PolicyStatus, PolicyVersion
from apps.risk.policy import policy_from
from apps.risk.selectors.policies import policy_in_force, policy_that_weighed
from apps.trials.errors import BacktestEnded, BacktestUnknown, NoDraft, PeriodEmpty, ShadowRuns
from apps.trials.models import Backtest, BacktestStatus
from apps.trials.selectors import newest_refund_id, refunds_compared, refunds_meant, refunds_next
from apps.trials.tally import tally_add, tally_document, tally_from, trimmed

CHUNK = 500
SHADOW_LASTS = timedelta(days=14)
SHADOWED = frozenset({PolicyStatus.DRAFT.value, PolicyStatus.PROPOSED.value})


@transaction.atomic
def backtest_start(
    version: PolicyVersion, *, since: datetime, until: datetime, client: ApiClient | None, actor: Actor, now: datetime
) -> Backtest:
    """Put a backtest on the list; a tick, or who waits for it, advances it. Raises PeriodEmpty."""
    backtest = Backtest(
        version=version,
        revision=version.revision,
        document=version.document,
        compared_with=policy_in_force().number,
        client=client,
        since=since,
        until=min(until, now),
        started_by_id=actor.person_id,
        created_at=now,
    )
    backtest.total = refunds_meant(backtest).count() if backtest.since < backtest.until else 0
    if not backtest.total:
        raise PeriodEmpty(pointer="/from")
    backtest.save(force_insert=True)
    period = {"from": since.isoformat(), "to": backtest.until.isoformat()}
    _record(Action.BACKTEST_STARTED, backtest, actor=actor, now=now, changes={"version": version.pk} | period)
    return backtest


@transaction.atomic
def shadow_start(version: PolicyVersion, *, actor: Actor, now: datetime) -> Backtest:
    """Weigh what is submitted from now on by a draft or proposal too, without any effect.

    Raises NoDraft, ShadowRuns. It sees refunds some seconds after intake,
    which does nothing for it.
    """
    if version.status not in SHADOWED:
        raise NoDraft
    if Backtest.objects.filter(version=version, is_shadow=True, status=BacktestStatus.RUNNING).exists():
        raise ShadowRuns
    shadow = Backtest.objects.create(
        version=version,
        revision=version.revision,
        document=version.document,
        compared_with=policy_in_force().number,
        is_shadow=True,
        since=now,
        until=now + SHADOW_LASTS,
        total=0,
        reached=newest_refund_id(),
        started_by_id=actor.person_id,
        created_at=now,
    )
    _record(Action.BACKTEST_STARTED, shadow, actor=actor, now=now, changes={"version": version.pk, "shadow": True})
    return shadow


@transaction.atomic
def backtest_cancel(backtest_id: str, *, actor: Actor, now: datetime) -> Backtest:
    """Stop a backtest; what was found so far stays. Raises BacktestUnknown, BacktestEnded."""
    # Waits for the chunk that is being weighed, whose counts would be lost otherwise.
    backtest = Backtest.objects.select_for_update().filter(pk=backtest_id).first()
    if backtest is None:
        raise BacktestUnknown
    if backtest.status != BacktestStatus.RUNNING:
        raise BacktestEnded
    backtest.status, backtest.ended_at = BacktestStatus.CANCELLED, now
    backtest.save(update_fields=["status", "ended_at"])
    _record(Action.BACKTEST_CANCELLED, backtest, actor=actor, now=now, changes={"done": backtest.done})
    return backtest


@transaction.atomic
def backtest_advance(backtest_id: str, *, now: datetime, most: int = CHUNK) -> bool:
    """Weigh the next refunds; returns whether there may be more for this process to do.

    The row's lock is the lease: while one process weighs a chunk others pass
    the row by, and a process that is killed gives it back with its chunk
    uncounted.
    """
    running = Backtest.objects.select_for_update(skip_locked=True).filter(pk=backtest_id, status=BacktestStatus.RUNNING)
    backtest = running.first()
    if backtest is None:
        return False
    refunds = refunds_next(backtest, most, now=now)
    tally = tally_from(backtest.tally)
    other = policy_that_weighed(backtest.compared_with).policy
    for seen in refunds_compared(refunds, policy=policy_from(backtest.document), other=other):
        tally_add(tally, seen)
    trimmed(tally)
    backtest.tally, backtest.done = tally_document(tally), backtest.done + len(refunds)
    if refunds:
        backtest.reached = refunds[-1].pk
    is_idle = len(refunds) < most
    if is_idle and (not backtest.is_shadow or _is_over(backtest, now)):
        backtest.status, backtest.ended_at = BacktestStatus.FINISHED, now
    backtest.save(update_fields=["tally", "done", "reached", "status", "ended_at"])
    return not is_idle


def _is_over(shadow: Backtest, now: datetime) -> bool:
    """Tell whether a shadow has nothing to come: its time is up, or people decided on its version."""
    return shadow.until <= now or shadow.version.status not in SHADOWED


def _record(action: Action, backtest: Backtest, *, actor: Actor, now: datetime, changes: dict[str, object]) -> None:
    audit_record(action, actor=actor, now=now, subject=backtest.pk, changes=changes)
