"""Everything that needs Django before the first request, in one process to pay for its start once."""

import argparse
import hashlib
import os
import sys
import time
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def main() -> None:
    """Bring database and static files up to date; load the demo world when it is wanted and there is none."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--demo", action="store_true")
    options.add_argument("--patience", type=float, default=5, help="seconds to wait for the database")
    wanted = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewconsole.settings.local")
    django.setup()
    _wait_for_database(os.environ["DATABASE_URL"], wanted.patience)
    _say("Migrating the database")
    call_command("migrate", interactive=False, verbosity=0)
    _collect_static_files()
    if wanted.demo:
        _say("Loading the demo world, unless it is there already")
        call_command("load_demo")


def _wait_for_database(url: str, patience: float) -> None:
    """Return when the database takes connections; the embedded one is being made or started meanwhile."""
    deadline = time.monotonic() + patience
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                sys.exit(f"The database cannot be reached: {error}")
            time.sleep(0.1)
        else:
            return


def _collect_static_files() -> None:
    """Skip the hashing and compressing of files when none changed since last time."""
    stamp = Path(f"{settings.STATIC_ROOT}.stamp")
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _say("Collecting static files")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted)


def _fingerprint() -> str:
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _say(sentence: str) -> None:
    print(f"  {sentence} …", flush=True)


if __name__ == "__main__":
    main()
