"""Ticks of the review timers."""

from celery import shared_task

from apps.reviews.services.adverse import adverse_recall_due
from apps.reviews.services.checks import checks_run_due
from apps.reviews.services.claim import leases_expire_due
from apps.reviews.services.information import information_expire_due
from apps.reviews.services.lateness import lateness_watch
from apps.reviews.services.rings import rings_recall_due
from apps.reviews.services.sending import sendings_due
from apps.reviews.services.settle import proposals_settle_due
from apps.reviews.services.steps import steps_take_due
from apps.reviews.services.work import work_forget_old
from apps.timers.clock import database_now
from apps.timers.services import turn


@shared_task(name="reviews.watch_lateness")
def watch_lateness() -> int:
    """Tell supervisors when due work is late."""
    return lateness_watch(now=database_now())


@shared_task(name="reviews.take_steps")
def take_steps() -> int:
    """Warn of deadlines, return, escalate, and end what was not decided in time."""
    return turn(lambda: steps_take_due(now=database_now()))


@shared_task(name="reviews.expire_leases")
def expire_leases() -> int:
    """Give cases whose lease has ended back to their queues."""
    return turn(lambda: leases_expire_due(now=database_now()))


@shared_task(name="reviews.settle_decisions")
def settle_decisions() -> int:
    """Let decisions, requests and escalations that can no longer be undone take their course."""
    return turn(lambda: proposals_settle_due(now=database_now())) + turn(lambda: sendings_due(now=database_now()))


@shared_task(name="reviews.forget_old_work")
def forget_old_work() -> int:
    """Forget who looked at a case, and drafts that nobody came back to."""
    return work_forget_old(now=database_now())


@shared_task(name="reviews.expire_information_requests")
def expire_information_requests() -> int:
    """Return cases whose customers did not answer in time to their queues."""
    return turn(lambda: information_expire_due(now=database_now()))


@shared_task(name="reviews.recall_confirmed_rings")
def recall_confirmed_rings() -> int:
    """Take the held refunds of confirmed rings' members back to review."""
    return rings_recall_due(now=database_now())


@shared_task(name="reviews.recall_adverse")
def recall_adverse() -> int:
    """Take held refunds back to review of which something adverse became known."""
    return adverse_recall_due(now=database_now())


@shared_task(name="reviews.run_due_checks")
def run_due_checks() -> int:
    """Ask the operator's verification service, and take its answers into the cases."""
    return checks_run_due(now=database_now())
