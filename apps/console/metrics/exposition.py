"""Everything that is measured, as text."""

import logging
from datetime import datetime

from django.db import DatabaseError, connection, transaction
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from apps.common.measuring import requests_registry
from apps.console.metrics.work import work_measured

# Whoever watches asks again soon; a database in trouble is not to be asked for longer.
STATEMENT_TIMEOUT = "2s"

logger = logging.getLogger(__name__)


def metrics_text(accept: str, *, now: datetime) -> tuple[bytes, str]:
    """Return the measurements and their media type: Prometheus' own, or OpenMetrics for who asks for it.

    Without the database there are still those of the requests, and one that says so.
    """
    encode, media_type = choose_encoder(accept)
    requests = encode(requests_registry()).removesuffix(b"# EOF\n")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # The planner takes an unknown status for a common one, and would look for twenty thousand held refunds
            # by reading the table from its beginning: two seconds of a million rows, for ten that are found.
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, true), set_config('enable_seqscan', 'off', true)",
                [STATEMENT_TIMEOUT],
            )
            work = list(work_measured(now=now))
    except DatabaseError:
        logger.exception("the database did not answer")
        work = []
    up = GaugeMetricFamily("reviewconsole_database_up", "1 when the database answered.", value=float(bool(work)))
    return requests + encode(_Measured([up, *work])), media_type


class _Measured(Collector):
    """Measurements that were taken already."""

    def __init__(self, measured: list[Metric]) -> None:
        self.measured = measured

    def collect(self) -> list[Metric]:
        return self.measured
