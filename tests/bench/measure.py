"""The measurements of `make bench`."""

from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from apps.clients.services import api_key_create  # noqa: E402
from tests.bench.assessment import measure_assessment  # noqa: E402
from tests.bench.console import measure_console  # noqa: E402
from tests.bench.desk import measure_desk  # noqa: E402
from tests.bench.history import fill, measure_history, measure_memory  # noqa: E402
from tests.bench.idle import measure_idle  # noqa: E402
from tests.bench.intake import measure_intake  # noqa: E402
from tests.bench.machine import web  # noqa: E402
from tests.bench.refusals import measure_refusals  # noqa: E402
from tests.bench.timers import measure_timers  # noqa: E402
from tests.bench.webhooks import measure_webhooks  # noqa: E402

PARTS = ("intake", "assessment", "refusals", "history", "console", "timers", "webhooks", "memory", "desk", "idle")


def measure(folder: Path, parts: tuple[str, ...] = PARTS) -> None:
    """Print every figure of these parts."""
    if "desk" in parts:
        measure_desk(folder)
    if "idle" in parts:
        measure_idle(folder)
    if not set(parts) - {"desk", "idle"}:
        return
    call_command("migrate", run_syncdb=True, verbosity=0)
    key = api_key_create(client_name="bench", scopes=["all"], now=timezone.now())
    fill()
    with web(folder) as address:
        served: dict[str, Callable[[], None]] = {
            "intake": lambda: measure_intake(address, key),
            "assessment": measure_assessment,
            "refusals": lambda: measure_refusals(address, key),
            "history": lambda: measure_history(folder, address, key, client="bench"),
            "console": measure_console,
            "timers": measure_timers,
        }
        for part in (part for part in served if part in parts):
            served[part]()
    if "memory" in parts:
        # A server of its own: what others asked of the first is still in its memory.
        with web(folder) as address:
            measure_memory(folder, address, key)
    if "webhooks" in parts:
        measure_webhooks()
