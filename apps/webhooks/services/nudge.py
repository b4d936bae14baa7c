"""Telling the sender that something is due, a little before its next tick would have found it.

This is a courtesy and may be lost at any point. It happens in a thread of its
own, because a broker that is away can hold a caller for as long as its network
lets it, and once for all events of a moment.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

from celery import current_app

SEND_TASK = "webhooks.send_due_deliveries"
# A nudge that nobody took by now is worthless: the tick came first.
_EXPIRES_SECONDS = 2
_PAUSE_SECONDS = 0.1

logger = logging.getLogger(__name__)


class Nudger:
    """A thread, started when first needed, that sends at most one nudge per pause."""

    def __init__(self, send: Callable[[], None]) -> None:
        self._send = send
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget a thread, and locks, that a fork left in the parent."""
        self._asked = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._broker_is_away = False

    def ask(self) -> None:
        """Have a nudge sent soon. Never waits for the broker, never raises what it does."""
        self._asked.set()
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="webhook-nudges", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            self._try()
            time.sleep(_PAUSE_SECONDS)

    def _try(self) -> None:
        try:
            self._send()
        except Exception as away:  # noqa: BLE001 - each broker has its own errors, and none of them matters here
            if not self._broker_is_away:
                logger.warning("The broker takes no nudges (%r); deliveries go out with the tick.", away)
            self._broker_is_away = True
        else:
            self._broker_is_away = False


def send_nudge() -> None:
    """Ask for a run of the sender, once and without trying again."""
    current_app.send_task(SEND_TASK, expires=_EXPIRES_SECONDS, retry=False)


_nudger = Nudger(send_nudge)
os.register_at_fork(after_in_child=_nudger.begin_anew)


def nudge() -> None:
    """Have due deliveries sent soon."""
    _nudger.ask()
