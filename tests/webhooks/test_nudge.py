import logging
import threading
import time
from typing import Any
from unittest import mock

import pytest
from celery import current_app

from apps.webhooks.services import nudge as nudging
from apps.webhooks.services.nudge import Nudger, send_nudge


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudging, "_PAUSE_SECONDS", 0.01)


def eventually(holds: Any) -> None:
    until = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_does_not_wait_for_a_broker_that_hangs() -> None:
    let_go, called, has_returned = threading.Event(), threading.Event(), threading.Event()

    def hang() -> None:
        called.set()
        let_go.wait()
        has_returned.set()

    nudger = Nudger(hang)
    nudger.ask()
    assert called.wait(60)
    for _ in range(1000):
        nudger.ask()
    # Every call came back while the broker still hangs.
    assert not has_returned.is_set()
    let_go.set()
    assert has_returned.wait(60)


def test_swallows_what_a_broker_raises_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    send = mock.Mock(side_effect=ConnectionRefusedError("no broker"))
    nudger = Nudger(send)
    with caplog.at_level(logging.WARNING):
        for calls in (1, 2, 3):
            nudger.ask()
            eventually(lambda calls=calls: send.call_count == calls)
    assert [record.levelname for record in caplog.records if record.name == nudging.__name__] == ["WARNING"]
    assert "no broker" in caplog.text


def test_sends_one_nudge_for_all_that_is_asked_in_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudging, "_PAUSE_SECONDS", 0.2)
    send = mock.Mock()
    nudger = Nudger(send)
    nudger.ask()
    eventually(lambda: send.call_count == 1)
    for _ in range(100):
        nudger.ask()
    eventually(lambda: send.call_count == 2)
    time.sleep(0.05)
    assert send.call_count == 2


def test_begins_anew_in_a_forked_process() -> None:
    send = mock.Mock()
    nudger = Nudger(send)
    nudger.ask()
    eventually(lambda: send.call_count == 1)
    nudger.begin_anew()
    nudger.ask()
    eventually(lambda: send.call_count == 2)


def test_names_the_task_and_lets_the_broker_try_once(monkeypatch: pytest.MonkeyPatch) -> None:
    send_task = mock.Mock()
    monkeypatch.setattr(current_app, "send_task", send_task)
    send_nudge()
    send_task.assert_called_once_with("webhooks.send_due_deliveries", expires=2, retry=False)
