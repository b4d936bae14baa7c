"""Whether the port is free before the start, and whether the page answers after it.

`python -m reviewconsole.launcher.readiness` is the health check of a container.
"""

import http.client
import socket
import sys
import time
from pathlib import Path

from reviewconsole.launcher.errors import PortTaken, StepFailed
from reviewconsole.launcher.installation import Installation

LINES_SHOWN = 25


def refuse_taken_port(installation: Installation) -> None:
    """Raise PortTaken when another program listens there."""
    family = socket.AF_INET6 if ":" in installation.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the web server does it: a port in its last minute after a stop counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((installation.host, installation.port))
        except OSError as error:
            raise PortTaken(installation.host, installation.port) from error


def wait_until_it_answers(installation: Installation, patience: float = 120) -> None:
    """Return when GET /healthz is 200; else raise StepFailed with the end of the web server's log."""
    deadline = time.monotonic() + patience
    while not answers(installation):
        if time.monotonic() > deadline:
            raise StepFailed("Starting the web server", end_of(installation.log_dir / "web.log"))
        time.sleep(0.1)


def answers(installation: Installation) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(installation.host, installation.host)  # noqa: S104 (compared only)
    connection = http.client.HTTPConnection(host, installation.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end_of(log: Path) -> str:
    """Return the last lines of a log, or a sentence that says there is none."""
    if not log.exists():
        return f"{log} was not written."
    return "\n".join([f"{log} ends with:", *log.read_text(errors="replace").splitlines()[-LINES_SHOWN:]])


if __name__ == "__main__":
    sys.exit(not answers(Installation.from_environment()))
