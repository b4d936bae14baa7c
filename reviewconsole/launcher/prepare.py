"""Everything that needs Django before the first request, in one process to pay for its start once."""

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection


def main(with_demo: bool) -> None:
    """Bring database and static files up to date; load the demo world when there is none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewconsole.settings.local")
    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        sys.exit(f"The database of DATABASE_URL cannot be reached: {error}")
    _say("Migrating the database")
    call_command("migrate", interactive=False, verbosity=0)
    _collect_static_files()
    if with_demo:
        _say("Loading the demo world, unless it is there already")
        call_command("load_demo")


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
    main(with_demo="--demo" in sys.argv[1:])
