"""Ticks of the risk app."""

from celery import shared_task
from django.utils import timezone

from apps.risk.services.base_rates import base_rates_measure_due


@shared_task(name="risk.measure_base_rates")
def measure_base_rates() -> int:
    """Measure how common factors are, for the clients of which that is a day old."""
    return base_rates_measure_due(now=timezone.now())
