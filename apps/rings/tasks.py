"""Ticks of the rings app."""

from celery import shared_task
from django.utils import timezone

from apps.rings.services.keep_up import rings_search_due


# A million orders take minutes; what is cut off leaves nothing half written and has its next turn after an hour.
@shared_task(name="rings.search_due", soft_time_limit=1500, time_limit=1560)
def search_due() -> int:
    """Search one client that told something new; returns how many of its rings stand."""
    report = rings_search_due(now=timezone.now())
    return 0 if report is None else len(report.rings)
