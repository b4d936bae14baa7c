"""Programs and scripts of npm that a check or a test needs, installed once into .cache from their lock."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.environment import BASE_DIR
from tools.system_packages import require

# Packages report home otherwise.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_UPDATE_NOTIFIER": "1"}


def installed(name: str) -> Path:
    """Return the folder `node_modules` with what tools/NAME/package-lock.json pins.

    Installed wherever npm is told to take packages from; leaves with a sentence when that fails.
    """
    require("node", "nodejs")
    require("npm", "npm")
    source, target = BASE_DIR / "tools" / name, BASE_DIR / ".cache" / name.replace("_", "-")
    lock, stamp = source / "package-lock.json", target / "installed.lock"
    if not (stamp.exists() and stamp.read_bytes() == lock.read_bytes()):
        target.mkdir(parents=True, exist_ok=True)
        for each in ("package.json", "package-lock.json"):
            shutil.copyfile(source / each, target / each)
        command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        done = subprocess.run(command, cwd=target, check=False, env={**os.environ, **QUIET})
        if done.returncode != 0:
            sys.exit(f"The packages of tools/{name} could not be installed.")
        shutil.copyfile(lock, stamp)
    return target / "node_modules"
