"""A receiver in a process of its own: answers at once on one port, never on another.

python -m tests.bench.receiver    prints the two ports, and serves until its standard input ends
"""

import asyncio
import json
import re
import sys
import time

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"


class Tally:
    """How many came, and when the first and the last did."""

    def __init__(self) -> None:
        self._times: list[float] = []

    def count(self) -> None:
        """Note one."""
        self._times.append(time.monotonic())

    def report(self, question: bytes) -> bytes:
        """Return what came as an HTTP answer; GET /anew begins anew after it."""
        times = self._times
        if question.startswith(b"GET /anew"):
            self._times = []
        body = json.dumps({"count": len(times), "seconds": times[-1] - times[0] if times else 0.0}).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


class Prompt(asyncio.Protocol):
    """Answers 204 as soon as a body is there; GET asks for the tally."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._heard, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._heard) < whole:
                return
            request, self._heard = self._heard[:whole], self._heard[whole:]
            if request.startswith(b"GET"):
                self._transport.write(self._tally.report(request))
            else:
                self._tally.count()
                self._transport.write(_TAKEN)


class Silent(asyncio.Protocol):
    """Takes everything and says nothing."""


async def serve() -> None:
    """Listen on two free ports of this machine."""
    loop, tally = asyncio.get_running_loop(), Tally()
    prompt = await loop.create_server(lambda: Prompt(tally), "127.0.0.1", 0, backlog=512)
    silent = await loop.create_server(Silent, "127.0.0.1", 0, backlog=512)
    print(*(server.sockets[0].getsockname()[1] for server in (prompt, silent)), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
