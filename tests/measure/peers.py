"""Import of the peer data, detection, and what came of it: `python -m tests.measure.peers FOLDER`.

FOLDER holds what `to_ndjson.py transfers FOLDER` wrote. PostgreSQL is started for this run and stopped after it.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from reviewconsole.launcher.installation import BASE_DIR
from tests.bench.machine import database
from tests.measure import rings

FOLDER = BASE_DIR / ".cache" / "measure"
CLIENT = "peers"


def main(source: Path) -> None:
    """Print how long import and detection take, and the figures of `tests.measure.rings`."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.bench.settings", "REVIEWCONSOLE_DATA_DIR": str(FOLDER / "data")}
    try:
        with database(FOLDER) as url:
            os.environ["DATABASE_URL"] = url
            _measure(source)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)


def _measure(source: Path) -> None:
    # Settings are read when Django is first imported, which is why this waits until the database is there.
    import django  # noqa: PLC0415

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    export = FOLDER / "rings.jsonl"
    call_command("migrate", verbosity=0)
    call_command("create_api_key", "--client", CLIENT, "--scopes", "all")
    files = sorted(str(path) for path in source.glob("*.ndjson") if path.name != "refunds.ndjson")
    _timed("import", lambda: call_command("import_history", *files, "--client", CLIENT))
    _timed("detection", lambda: call_command("detect_rings", "--client", CLIENT, "--export", str(export)))
    if (source / "labels.csv").exists():
        rings.main(str(export), str(source / "labels.csv"))


def _timed(what: str, work: Callable[[], object]) -> None:
    begun, worked = time.perf_counter(), time.process_time()
    work()
    print(f"{what}: {time.perf_counter() - begun:.1f} s, {time.process_time() - worked:.1f} s of it in this process")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
