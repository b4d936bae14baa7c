"""schemathesis over the served document, with a real key against a live server: every check, every phase."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.webhooks.models import Event
from tests.api.callers import Caller, content, make_caller
from tests.api.refund_bodies import order_body, refund_body

PLACED_AT = "2026-03-10T19:30:00+08:00"
HERE = Path(__file__).parent
# More in `make fuzz`.
EXAMPLES = os.environ.get("CONTRACT_EXAMPLES", "6")
SECONDS = os.environ.get("CONTRACT_SECONDS", "45")
SEED = os.environ.get("CONTRACT_SEED", "20261122")


def _known(caller: Caller) -> dict[str, Any]:
    """Put into the database what a schema cannot know, and return its names."""
    order = order_body("O-known", placed_at=PLACED_AT, lines=[_line(10**14)], payments=[_payment(10**14)])
    assert caller.call("PUT", "/orders/O-known", order).status_code == 201
    for _ in range(2):
        assert caller.post("/refunds", refund_body()).status_code == 201
        assert caller.post("/webhook-endpoints", {"url": "https://shop.example/hooks"}).status_code == 201
    cursors = {
        path: content(caller.get(f"{path}?limit=1"))["next_cursor"]
        for path in ("/refunds", "/events", "/webhook-endpoints")
    }
    return {
        "order": "O-known",
        "line": "1",
        "account": "A-17",
        "shop": "S-3",
        "currency": "CNY",
        "event": Event.objects.order_by("position").first().pk,  # type: ignore[union-attr]
        "cursors": cursors,
    }


def _line(amount: int) -> dict[str, Any]:
    return {
        "id": "1",
        "title": "Cards",
        "category": "gift_card",
        "quantity": 1,
        "unit_amount": amount,
        "amount": amount,
    }


def _payment(amount: int) -> dict[str, Any]:
    return {
        "id": "P-1",
        "paid_at": PLACED_AT,
        "amount": amount,
        "instrument": {"type": "wallet", "fingerprint": "wallet-17"},
    }


@pytest.mark.loopback
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phases", ["examples,fuzzing,stateful", "coverage"])
def test_schemathesis_finds_no_fault(live_server: LiveServer, settings: Any, tmp_path: Path, phases: str) -> None:
    settings.REVIEWCONSOLE_RATE_LIMIT = 0
    caller = make_caller()
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        *("--config-file", str(HERE / "schemathesis.toml")),
        *("run", f"{live_server.url}/api/v1/openapi.json"),
        *("-H", f"Authorization: Bearer {caller.key}"),
        *("--phases", phases, "--mode", "all", "--max-examples", EXAMPLES, "--max-time", SECONDS),
        *("--seed", SEED, "--no-color", "--continue-on-failure"),
    ]
    environment = {
        **os.environ,
        "CONTRACT_KNOWN": json.dumps(_known(caller)),
        "PYTHONPATH": str(HERE.parent.parent),
        "SCHEMATHESIS_HOOKS": "tests.contract.schemathesis_hooks",
    }
    report = tmp_path / "report.txt"
    with report.open("w") as output:
        done = subprocess.run(command, check=False, stdout=output, stderr=output, env=environment, cwd=tmp_path)
    assert done.returncode == 0, report.read_text()
