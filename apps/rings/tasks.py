"""Ticks of the rings app."""

from celery import shared_task

from apps.rings.services.keep_up import rings_search_due
from apps.timers.clock import database_now


# A million orders take minutes; what is cut off leaves nothing half written and has its next turn after an hour.
@shared_task(name="rings.search_due", soft_time_limit=1500, time_limit=1560)
def search_due() -> int:
    """Search one client that told something new; returns how many of its rings stand."""
    report = rings_search_due(now=database_now())
    return 0 if report is None else len(report.rings)
