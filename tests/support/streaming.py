"""A long body on its way to a web server, and what the server's processes hold of it in memory."""

import http.client
import json
from collections.abc import Iterator
from itertools import repeat
from typing import Any

import psutil

PIECE = 1 << 16


def stream(address: str, key: str, block: bytes, *, times: int) -> dict[str, Any]:
    """POST the block of lines this many times over as one body of history; return the answer's document."""
    host = http.client.HTTPConnection(address.removeprefix("http://"), timeout=600)
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": "application/x-ndjson",
        "Content-Length": str(len(block) * times),
    }
    try:
        host.request("POST", "/api/v1/history", _pieces(block, times), headers)
        answer = host.getresponse()
        text = answer.read()
    finally:
        host.close()
    assert answer.status == http.HTTPStatus.OK, f"{answer.status} {text[:300]!r}"
    document: dict[str, Any] = json.loads(text)
    return document


def peak_memory(process: psutil.Process) -> int:
    """Return the most bytes that the process and its children held at once each, added up (Linux)."""
    return sum(_peak(one.pid) for one in [process, *process.children(recursive=True)])


def _peak(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:  # noqa: PTH123 (no file, but the kernel's word)
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def _pieces(block: bytes, times: int) -> Iterator[bytes]:
    for whole in repeat(block, times):
        for start in range(0, len(whole), PIECE):
            yield whole[start : start + PIECE]
