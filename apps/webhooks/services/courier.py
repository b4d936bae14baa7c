"""Carrying many letters at once, on an event loop in a thread of its own.

An event loop, because a hanging receiver then costs a socket and not a thread,
and hundreds may hang at once. In a thread of its own, so that everything that
touches the database stays in the caller's, with its connection.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from apps.webhooks.models import AttemptError, WebhookDelivery
from apps.webhooks.transport import Answer, Transport

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """One attempt of one delivery, signed and ready."""

    delivery: WebhookDelivery
    at: datetime
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What came back for a letter."""

    letter: Letter
    answer: Answer


class Courier:
    """Takes letters, gives back replies; every letter gets exactly one."""

    def __init__(self, make_transport: Callable[[], Transport]) -> None:
        self._make_transport = make_transport
        self._replies: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="webhook-courier", daemon=True)
        self._under_way: set[asyncio.Task[None]] = set()
        self._transport: Transport | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._wind_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def post(self, letters: Iterable[Letter]) -> None:
        """Set letters on their way, all at once."""
        self._loop.call_soon_threadsafe(self._set_out, list(letters))

    def replies(self, *, wait_seconds: float) -> list[Reply]:
        """Return what has come back by now; if nothing has, wait for the first."""
        arrived: list[Reply] = []
        try:
            arrived.append(self._replies.get(timeout=wait_seconds))
            while True:
                arrived.append(self._replies.get_nowait())
        except queue.Empty:
            return arrived

    def _set_out(self, letters: list[Letter]) -> None:
        transport = self._transport = self._transport or self._make_transport()
        for letter in letters:
            task = self._loop.create_task(self._carry(letter, transport))
            # The loop itself only remembers tasks weakly.
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _carry(self, letter: Letter, transport: Transport) -> None:
        try:
            answer = await transport.post(letter.delivery.endpoint.url, headers=letter.headers, body=letter.body)
        except Exception:
            # A bug. It must not leave the sender waiting for this one for ever.
            logger.exception("Delivery %s could not be carried", letter.delivery.pk)
            answer = Answer(None, AttemptError.BROKEN, "", None, 0)
        self._replies.put(Reply(letter, answer))

    async def _wind_up(self) -> None:
        left = list(self._under_way)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if self._transport is not None:
            await self._transport.close()
