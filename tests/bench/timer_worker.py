"""A worker that does nothing but tick: `python -m tests.bench.timer_worker SECONDS`, 0 until nothing is left."""

import sys
import time

import django

django.setup()

from apps.payouts.services.hold import holds_release_due  # noqa: E402
from apps.refunds.models import Refund  # noqa: E402
from apps.timers.clock import database_now  # noqa: E402

TICK = 1.0


def main() -> int:
    """Release what is due, and print how much it was."""
    seconds = float(sys.argv[1])
    released, ends = 0, time.monotonic() + seconds
    while True:
        begun = time.monotonic()
        done = holds_release_due(now=database_now())
        released += done
        if seconds and time.monotonic() > ends:
            break
        if not seconds and not done and not Refund.objects.filter(pk__startswith="rfd_due", status="held").exists():
            break
        if seconds:
            time.sleep(max(0.0, TICK - (time.monotonic() - begun)))
    print(released)
    return 0


if __name__ == "__main__":
    sys.exit(main())
