"""How long a bad body takes to be refused: each flaw of the contract's tests, sent to the server one by one."""

import http.client
import json
import random
import time
from collections.abc import Iterator
from http import HTTPStatus
from itertools import count
from statistics import median, quantiles

from tests.bench import trade
from tests.contract.flaws import UNREADABLE, WRONG

TIMES = 7
# A key of its own for each: an answer under a key that was used would come without a look at the body.
_keys = count()


def measure_refusals(address: str, key: str) -> None:
    """Print the time of a refusal: over all flaws, and of the slowest one, by the median of its turns."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    taken = {name: [_refused(connection, key, body) for _turn in range(TIMES)] for name, body in _bodies()}
    connection.close()
    slowest = max(taken, key=lambda name: median(taken[name]))
    every = [seconds for turns in taken.values() for seconds in turns]
    print(
        f"refusals         {len(taken)} flaws, POST /refunds: median {1000 * median(every):.1f} ms,"
        f" p99 {1000 * quantiles(every, n=100)[98]:.0f} ms;"
        f" the slowest ({slowest}) {1000 * median(taken[slowest]):.0f} ms"
    )


def _bodies() -> Iterator[tuple[str, bytes]]:
    body = trade.refund("flawed", trade.order(1, random.Random(3), accounts=100, shops=10))
    for name, flaw in {**UNREADABLE, **WRONG}.items():
        yield name, flaw.spoil(json.loads(json.dumps(body)))


def _refused(connection: http.client.HTTPConnection, key: str, body: bytes) -> float:
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {key}",
        "Idempotency-Key": f'"flawed-{next(_keys)}"',
    }
    begun = time.perf_counter()
    connection.request("POST", "/api/v1/refunds", body, headers)
    answer = connection.getresponse()
    answer.read()
    taken = time.perf_counter() - begun
    if answer.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY):
        raise RuntimeError(f"{answer.status} instead of a refusal")
    return taken
