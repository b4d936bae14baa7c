"""Doing things at the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable, Sequence

from django.db import connection

from apps.common.errors import Refusal


def at_once(works: Sequence[Callable[[], str]]) -> list[str]:
    """Start everything together; return, in no order, what each returned or the code of its refusal."""
    barrier = threading.Barrier(len(works))
    results: list[str] = []

    def run(work: Callable[[], str]) -> None:
        try:
            barrier.wait(timeout=10)
            results.append(work())
        except Refusal as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results
