"""Ticks of the risk app."""

from celery import shared_task

from apps.risk.services.base_rates import base_rates_measure_due
from apps.risk.services.claims import claim_bands_forget
from apps.risk.services.shops import shops_count_due
from apps.timers.clock import database_now


@shared_task(name="risk.measure_base_rates")
def measure_base_rates() -> int:
    """Measure how common factors are, for the clients of which that is a day old."""
    return base_rates_measure_due(now=database_now())


@shared_task(name="risk.forget_old_claims")
def forget_old_claims() -> int:
    """Delete what claims were compared by, once it is too old."""
    return claim_bands_forget(now=database_now())


@shared_task(name="risk.count_shops")
def count_shops() -> int:
    """Count again how shops sell whose figures are old."""
    return shops_count_due(now=database_now())
