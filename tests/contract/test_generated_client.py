"""The document is good enough for a typed client that a generator from the registries makes of it."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from apps.api.openapi.bodies import example_of
from tests.api.callers import Caller, make_caller
from tests.api.openapi.descriptions import served

PACKAGE = "refund_review_client"
CONFIGURATION = Path(__file__).with_name("generated-client.yaml")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Generate the client and make it importable; anything that the generator leaves out fails."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(served()))
    command = [
        str(Path(sys.executable).parent / "openapi-python-client"),
        *("generate", "--path", str(folder / "openapi.json"), "--meta", "none"),
        *("--config", str(CONFIGURATION), "--output-path", str(folder / PACKAGE), "--fail-on-warning"),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def caller(transactional_db: None) -> Caller:
    """Return a client whose rows the live server sees."""
    return make_caller()


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


@contextmanager
def _client(live_server: LiveServer, key: str) -> Iterator[Any]:
    headers = {"Accept-Language": "en"}
    with _module("client").AuthenticatedClient(f"{live_server.url}/api/v1", key, headers=headers) as client:
        yield client


def _submit(client: Any, name: str, key: str) -> Any:
    body = _module("models").RefundInput.from_dict(example_of(name))
    return _module("api.refunds.submit_refund").sync(client=client, body=body, idempotency_key=f'"{key}"')


@pytest.mark.loopback
@pytest.mark.usefixtures("generated")
def test_is_told_of_a_problem_in_types(live_server: LiveServer, caller: Caller) -> None:
    models = _module("models")
    with _client(live_server, caller.key) as client:
        refused = _submit(client, "refund_short", "one")
    assert isinstance(refused, models.Problem)
    assert (refused.status, refused.code) == (422, "order_unknown")
    assert refused.errors[0].pointer == "/order/id"
    with _client(live_server, "rck_wrong") as client:
        stranger = _submit(client, "refund", "two")
    assert (stranger.status, stranger.code) == (401, "credentials_invalid")


@pytest.mark.loopback
@pytest.mark.usefixtures("generated")
def test_submits_reads_lists_and_follows_a_refund(live_server: LiveServer, caller: Caller) -> None:
    with _client(live_server, caller.key) as client:
        _follow(client)


def _follow(client: Any) -> None:
    models = _module("models")
    refund = _submit(client, "refund", "one")
    assert isinstance(refund, models.Refund)
    assert (refund.status, refund.amount) == (models.RefundStatus.PENDING_REVIEW, 64800)
    assert refund.risk.factors[0].code == "REFUND_AFTER_CONSUMPTION"

    read = _module("api.refunds.read_refund").sync(refund.id, client=client)
    assert read == refund

    page = _module("api.refunds.list_refunds").sync(client=client, status=models.RefundStatus.PENDING_REVIEW)
    assert [one.id for one in page.data] == [refund.id]
    assert page.next_cursor is None

    events = _module("api.events.list_events").sync(client=client)
    assert [(event.type_, event.sequence) for event in events.data] == [(models.EventType.REFUND_PENDING_REVIEW, 1)]
    assert events.data[0].data.refund.id == refund.id

    withdrawn = _module("api.refunds.withdraw_refund").sync(
        refund.id, client=client, body=models.WithdrawalInput(reason="found it")
    )
    assert withdrawn.status is models.RefundStatus.WITHDRAWN
