"""Hold the OpenAPI document, in both languages, against a linter that others wrote: `python -m tools.lint_openapi`.

The linter is installed once into .cache, from its lock, wherever npm is told to take packages from.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import django
from django.test import Client

from tools.environment import BASE_DIR
from tools.system_packages import require

PACKAGE = BASE_DIR / "tools" / "openapi_linter"
INSTALLED = BASE_DIR / ".cache" / "openapi-linter"
# It reports home otherwise.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_UPDATE_NOTIFIER": "1"}


def main() -> int:
    require("node", "nodejs")
    require("npm", "npm")
    _install()
    with tempfile.TemporaryDirectory() as folder:
        return max(_lint(path) for path in _documents(Path(folder)))


def _install() -> None:
    lock, stamp = PACKAGE / "package-lock.json", INSTALLED / "installed.lock"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(PACKAGE / name, INSTALLED / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    done = subprocess.run(command, cwd=INSTALLED, check=False, env={**os.environ, **QUIET})
    if done.returncode != 0:
        sys.exit("The linter of the OpenAPI document could not be installed.")
    shutil.copyfile(lock, stamp)


def _documents(folder: Path) -> list[Path]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewconsole.settings.testing")
    django.setup()
    paths = []
    for language in ("en", "zh-hans"):
        answered = Client(headers={"Host": "localhost"}).get("/api/v1/openapi.json", {"lang": language})
        paths.append(folder / f"openapi-{language}.json")
        paths[-1].write_bytes(answered.content)
    return paths


def _lint(path: Path) -> int:
    linter = INSTALLED / "node_modules" / ".bin" / "redocly"
    command = [str(linter), "lint", "--config", str(PACKAGE / "redocly.yaml"), "--max-problems", "50", str(path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env={**os.environ, **QUIET})
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
