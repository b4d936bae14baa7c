"""POST /history with a long body, through the web server itself."""

import http.client
import json
from pathlib import Path

import pytest

from apps.marketplace.models import Account, Order
from tests.api.callers import Caller
from tests.marketplace.builders import order_body
from tests.support.streaming import peak_memory, stream
from tests.support.web_server import web_server

pytestmark = [pytest.mark.loopback, pytest.mark.django_db(transaction=True)]

BOUND = 200 * 1024 * 1024
LINES = 2_000


def _block() -> bytes:
    """Return lines of orders, the last of them bad."""
    lines = [{"type": "order", **order_body(id=f"O-{number}", account_id=f"A-{number}")} for number in range(LINES - 1)]
    return b"".join(json.dumps(line).encode() + b"\n" for line in [*lines, {"type": "order"}])


def test_a_long_body_is_never_held_in_memory(caller: Caller, tmp_path: Path) -> None:
    block = _block()
    times = 60_000_000 // len(block)

    with web_server(tmp_path / "web.log") as (address, process):
        document = stream(address, caller.key, block, times=times)
        peak = peak_memory(process)

    assert (document["accepted"], document["rejected"]) == (LINES - 1, times)
    assert document["unchanged"] == (times - 1) * (LINES - 1)
    assert [one["line"] for one in document["rejections"]] == [
        LINES * number for number in range(1, min(times, 100) + 1)
    ]
    assert Order.objects.count() == LINES - 1
    assert peak < BOUND, f"{peak / 2**20:.0f} MiB"


def test_a_body_that_is_cut_off_keeps_what_was_stored(caller: Caller, tmp_path: Path) -> None:
    lines = [json.dumps({"type": "account", "id": f"A-{number}", "status": "new"}) for number in range(9_000)]
    body = "\n".join(lines).encode()

    with web_server(tmp_path / "web.log") as (address, _process):
        host = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
        host.putrequest("POST", "/api/v1/history")
        for name, value in {
            "Authorization": f"Bearer {caller.key}",
            "Content-Type": "application/x-ndjson",
            "Content-Length": str(len(body) + 1_000),
        }.items():
            host.putheader(name, value)
        host.endheaders(body)
        host.close()
        again = stream(address, caller.key, body, times=1)

    assert again["rejected"] == 0
    assert again["accepted"] + again["unchanged"] == 9_000
    assert Account.objects.filter(status="new").count() == 9_000
