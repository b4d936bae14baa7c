"""The data folder: its rooms, and that one launcher at a time uses it."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reviewconsole.launcher.cluster import socket_dir_for
from reviewconsole.launcher.errors import AlreadyRunning
from reviewconsole.launcher.installation import Installation


@contextmanager
def claim_folder(installation: Installation) -> Iterator[None]:
    """Make the rooms and hold the lock; raise AlreadyRunning when another launcher holds it.

    The kernel drops the lock with the process, so a kill leaves no stale one.
    """
    make_rooms(installation)
    with (installation.run_dir / "launcher.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(installation.data_dir) from error
        yield


def make_rooms(installation: Installation) -> None:
    broker = installation.data_dir / "broker"
    for room in (installation.run_dir, installation.log_dir, broker / "queue", broker / "control"):
        room.mkdir(parents=True, exist_ok=True)


def fresh_measurements(installation: Installation) -> Path:
    """Return the folder, emptied, into which web processes write what they count."""
    folder = installation.run_dir / "measurements"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def control_dir(installation: Installation) -> Path:
    """Return where supervisord listens."""
    return socket_dir_for(installation.run_dir, installation.run_dir)


def sockets_dir(installation: Installation) -> Path:
    """Return where the embedded PostgreSQL listens."""
    preferred = installation.data_dir / "sockets"
    return socket_dir_for(preferred, preferred)


def remove_short_folders(installation: Installation) -> None:
    """Remove what had to be made outside the data folder because of its long path."""
    for folder in (control_dir(installation), sockets_dir(installation)):
        if installation.data_dir not in folder.parents:
            with suppress(OSError):
                folder.rmdir()
