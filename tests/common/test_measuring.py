import os
import subprocess
import sys
from pathlib import Path

from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from apps.common.measuring import REQUESTS, SECONDS, MeasuringMiddleware, requests_registry


def counted(route: str, method: str, status: int) -> float:
    labels = {"route": route, "method": method, "status": str(status)}
    return requests_registry().get_sample_value("reviewconsole_http_requests_total", labels) or 0.0


def test_counts_by_route_and_never_by_address() -> None:
    before = counted("healthz", "GET", 200)
    Client().get("/healthz")

    assert counted("healthz", "GET", 200) == before + 1


def test_counts_what_nobody_answers_for_as_one(rf: RequestFactory) -> None:
    before = counted("none", "other", 404)
    middleware = MeasuringMiddleware(lambda request: HttpResponse(status=404))
    for number in range(3):
        middleware(rf.generic(f"NONSENSE{number}", f"/nowhere/{number}"))

    assert counted("none", "other", 404) == before + 3


def test_measures_the_time(rf: RequestFactory) -> None:
    request = rf.get("/healthz")
    request.resolver_match = resolve("/healthz")
    labels = {"route": "healthz", "method": "GET"}
    before = requests_registry().get_sample_value("reviewconsole_http_request_duration_seconds_count", labels) or 0.0
    MeasuringMiddleware(lambda request: HttpResponse())(request)

    after = requests_registry()
    assert after.get_sample_value("reviewconsole_http_request_duration_seconds_count", labels) == before + 1
    assert REQUESTS.collect()
    assert SECONDS.collect()


def test_adds_up_what_several_processes_counted_also_of_those_that_died(tmp_path: Path) -> None:
    count = (
        "from apps.common.measuring import REQUESTS, SECONDS, requests_registry\n"
        "REQUESTS.labels('queue/', 'GET', 200).inc()\n"
        "SECONDS.labels('queue/', 'GET').observe(0.02)\n"
        "labels = {'route': 'queue/', 'method': 'GET', 'status': '200'}\n"
        "print(requests_registry().get_sample_value('reviewconsole_http_requests_total', labels))\n"
    )
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    told = [
        subprocess.run(
            [sys.executable, "-c", count], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(3)
    ]

    assert told == ["1.0\n", "2.0\n", "3.0\n"]
