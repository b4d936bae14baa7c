"""A closed loop of a few connections, each waiting for its answer before it asks again."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from statistics import quantiles
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request to be."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True)
class Load:
    """What a run of requests took."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """Milliseconds within which this share of the answers came."""
        return 1000 * quantiles(self.latencies, n=100)[percent - 1]


def run(
    address: str, requests: Iterator[Asked], *, count: int, connections: int = 4, expected: int = HTTPStatus.CREATED
) -> Load:
    """Send `count` requests; every answer has to have the expected status, and to refuse nothing."""
    lock = threading.Lock()
    # Written beforehand: what is measured is the server.
    waiting = [(asked, json.dumps(asked.body).encode()) for asked in islice(requests, count)]
    latencies: list[float] = []
    failures: list[str] = []

    def client() -> None:
        host = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
        while True:
            with lock:
                if not waiting or failures:
                    break
                asked, body = waiting.pop(0)
            begun = time.perf_counter()
            host.request("POST", asked.path, body, {"Content-Type": "application/json", **asked.headers})
            answer = host.getresponse()
            text = answer.read()
            taken = time.perf_counter() - begun
            with lock:
                latencies.append(taken)
                if answer.status != expected or b'"problem":' in text:
                    failures.append(f"{answer.status} {text[:300]!r}")
        host.close()

    threads = [threading.Thread(target=client) for _ in range(connections)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"{address} refused: {failures[0]}")
    return Load(time.perf_counter() - begun, latencies)
