"""`make run`: start everything, keep it alive, stop everything."""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import FrameType
from typing import NoReturn

from reviewconsole.launcher import processes
from reviewconsole.launcher.announcement import announce
from reviewconsole.launcher.errors import LauncherError
from reviewconsole.launcher.folder import claim_folder, remove_short_folders
from reviewconsole.launcher.installation import Installation
from reviewconsole.launcher.readiness import refuse_taken_port
from reviewconsole.launcher.start import start
from reviewconsole.launcher.translations import compile_translations

LONGEST_PAUSE_SECONDS = 60


class StopRequested(KeyboardInterrupt):
    """Ctrl-C, SIGTERM, or the terminal is gone."""


def main() -> int:
    """Return the exit code: 0 when it ran and was stopped, 1 when it could not start."""
    _on_signals(_request_stop)
    try:
        run(Installation.from_environment())
    except StopRequested:
        print("Stopped.", flush=True)
        return 0
    except LauncherError as error:
        print(f"\n{error}", file=sys.stderr, flush=True)
        return 1


def run(installation: Installation) -> NoReturn:
    """Run until a signal; whatever the reason to leave, no process stays behind."""
    os.umask(0o077)
    with ExitStack() as on_leaving:
        on_leaving.enter_context(claim_folder(installation))
        if processes.stop_all_of(installation.data_dir, installation.cluster_dir):
            print("  Ended what was left of an earlier run.", flush=True)
        refuse_taken_port(installation)
        on_leaving.callback(_stop, installation)
        compile_translations()
        _keep_running(installation)


def _keep_running(installation: Installation) -> NoReturn:
    """Start, and start again when the supervisor itself dies, with a growing pause."""
    supervisor = start(installation, prepare=True)
    announce(installation)
    pause = 0
    while True:
        began = time.monotonic()
        supervisor.wait()
        pause = 1 if time.monotonic() - began > LONGEST_PAUSE_SECONDS else min(pause + 1, LONGEST_PAUSE_SECONDS)
        print("The supervisor died; starting everything again.", file=sys.stderr, flush=True)
        processes.stop_all_of(installation.data_dir, installation.cluster_dir)
        time.sleep(pause)
        supervisor = start(installation, prepare=False)


def _stop(installation: Installation) -> None:
    """Stop in the right order; an impatient second Ctrl-C must not leave half of it running."""
    _on_signals(signal.SIG_IGN)
    print("\nStopping …", flush=True)
    processes.stop_all_of(installation.data_dir, installation.cluster_dir)
    remove_short_folders(installation)


def _on_signals(handler: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _request_stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise StopRequested


if __name__ == "__main__":
    sys.exit(main())
