"""Hold the OpenAPI document, in both languages, against a linter that others wrote: `python -m tools.lint_openapi`.

The linter is installed once into .cache, from its lock, wherever npm is told to take packages from.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from django.test import Client

from tools.environment import BASE_DIR
from tools.npm_packages import QUIET, installed

PACKAGE = BASE_DIR / "tools" / "openapi_linter"


def main() -> int:
    linter = installed("openapi_linter") / ".bin" / "redocly"
    with tempfile.TemporaryDirectory() as folder:
        return max(_lint(linter, path) for path in _documents(Path(folder)))


def _documents(folder: Path) -> list[Path]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewconsole.settings.testing")
    django.setup()
    paths = []
    for language in ("en", "zh-hans"):
        answered = Client(headers={"Host": "localhost"}).get("/api/v1/openapi.json", {"lang": language})
        paths.append(folder / f"openapi-{language}.json")
        paths[-1].write_bytes(answered.content)
    return paths


def _lint(linter: Path, path: Path) -> int:
    command = [str(linter), "lint", "--config", str(PACKAGE / "redocly.yaml"), "--max-problems", "50", str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **QUIET})
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
