"""Counting requests, and how long they take, for whoever watches.

Under the launcher several web processes serve one port. Each writes into files
of its own (PROMETHEUS_MULTIPROC_DIR), whose sum any of them can tell; what a
process that died has counted stays until the web server itself is started
again, which Prometheus takes for the reset that it is.
"""

import os
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

# An address that nobody has, or a request that was refused before anybody looked where it goes.
NO_ROUTE = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

REQUESTS = Counter(
    "reviewconsole_http_requests",
    "Requests answered, by address pattern.",
    ["route", "method", "status"],
    registry=None,
)
SECONDS = Histogram(
    "reviewconsole_http_request_duration_seconds",
    "Time from the first middleware to the answer.",
    ["route", "method"],
    registry=None,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class MeasuringMiddleware:
    """Counts each request once it is answered; names routes, never addresses, so that the series are bounded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = (match.route if match is not None else "") or NO_ROUTE
        method = request.method if request.method in _METHODS else "other"
        REQUESTS.labels(route, method, response.status_code).inc()
        SECONDS.labels(route, method).observe(perf_counter() - begun)
        return response


def requests_registry() -> CollectorRegistry:
    """Return what all web processes counted together, or this one alone when it runs by itself."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    return registry
