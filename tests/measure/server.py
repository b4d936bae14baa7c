"""A durable PostgreSQL with the product's tables, for one measurement."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewconsole.launcher.installation import BASE_DIR
from tests.bench.machine import database


@contextmanager
def product(name: str) -> Iterator[Path]:
    """Set Django up over a fresh database; gives a folder that is removed afterwards.

    Settings are read when Django is first imported, so whoever uses this imports what needs Django inside.
    """
    folder = BASE_DIR / ".cache" / f"measure-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "REVIEWCONSOLE_DATA_DIR": str(folder / "data")}
    try:
        with database(folder) as url:
            os.environ["DATABASE_URL"] = url
            import django  # noqa: PLC0415

            django.setup()
            from django.core.management import call_command  # noqa: PLC0415

            call_command("migrate", verbosity=0)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
