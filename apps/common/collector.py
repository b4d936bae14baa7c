"""The cycle collector of the interpreter, kept out of the way of bulk work.

Walking every young object over and over took a third of an import's time.
The collector is one for the whole process, so pauses are counted across
threads: it is off while there is one.
"""

import gc
from threading import Lock
from types import TracebackType

_lock = Lock()
_pauses = 0


class _Counted:
    """Adds to the pauses inside, and takes away again.

    A class rather than a generator, and without `*arguments`: with the
    collector just resumed, one allocation would set it going over everything
    that is young.
    """

    def __init__(self, pauses: int) -> None:
        self._here = pauses

    def __enter__(self) -> None:
        _add(self._here)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _add(-self._here)


# Leaves objects to their reference counts; for work whose objects hold no cycles. Call `collect_young` now
# and then, so that the rest of the process stays tidy, and wait for others (a client, a disk) inside `resumed`.
collector_paused = _Counted(1)
# Lifts one pause.
collector_resumed = _Counted(-1)


def collect_young() -> None:
    """Collect what came into being since the last time, in place of the collector that is paused."""
    gc.collect(1)


def _add(pauses: int) -> None:
    global _pauses  # noqa: PLW0603 (the switch is one for the whole process)
    _lock.acquire()  # `with` would make a method object of its own
    try:
        _pauses += pauses
        if _pauses:
            gc.disable()
        else:
            gc.enable()
    finally:
        _lock.release()
