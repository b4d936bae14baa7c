"""Make .venv and bring it to the lock: `python3 tools/environment.py run|dev`.

Runs on the system's Python, before anything is installed. Does nothing, and
needs no network, when what is installed is what the lock says.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
# uv has a room of its own, because syncing .venv removes what the lock does not name.
UV_VENV = BASE_DIR / ".cache" / "uv"
BOOTSTRAP_LOCK = BASE_DIR / "requirements-bootstrap.lock"
RUN_LOCK = BASE_DIR / "requirements.lock"
# Everything of the other lock, and the tools of a developer.
DEV_LOCK = BASE_DIR / "requirements-dev.lock"


def main(purpose: str) -> None:
    os.environ["UV_PYTHON_DOWNLOADS"] = "never"
    if "PIP_INDEX_URL" in os.environ:
        os.environ.setdefault("UV_DEFAULT_INDEX", os.environ["PIP_INDEX_URL"])
    UV_VENV.parent.mkdir(exist_ok=True)
    with (UV_VENV.parent / "environment.lock").open("w") as lock:
        # Two first starts side by side install once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        ensure(purpose)


def ensure(purpose: str) -> None:
    acceptable = [DEV_LOCK] if purpose == "dev" else [RUN_LOCK, DEV_LOCK]
    if any(_holds(VENV, lock) for lock in acceptable):
        return
    # An environment that once had the tools of a developer keeps them.
    wanted = DEV_LOCK if purpose == "dev" or (VENV / "has-tools").exists() else RUN_LOCK
    _install_uv()
    if not _works(VENV):
        print("  Making .venv …", flush=True)
        _call(UV_VENV / "bin" / "uv", "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    print(f"  Installing {wanted.name} …", flush=True)
    python = VENV / "bin" / "python"
    _call(UV_VENV / "bin" / "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", python, wanted)
    if wanted == DEV_LOCK:
        (VENV / "has-tools").touch()
    _remember(VENV, wanted)


def _install_uv() -> None:
    if _holds(UV_VENV, BOOTSTRAP_LOCK):
        return
    print("  Installing uv …", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", "--clear", UV_VENV], check=False).returncode != 0:
        sys.exit("python3 -m venv failed; on Debian and Ubuntu it needs the package python3-venv.")
    _call(UV_VENV / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check",
          "--require-hashes", "--requirement", BOOTSTRAP_LOCK)  # fmt: skip
    _remember(UV_VENV, BOOTSTRAP_LOCK)


def _holds(venv: Path, lock: Path) -> bool:
    stamp = venv / "installed.lock"
    return stamp.exists() and stamp.read_bytes() == lock.read_bytes() and _works(venv)


def _remember(venv: Path, lock: Path) -> None:
    shutil.copyfile(lock, venv / "installed.lock")


def _works(venv: Path) -> bool:
    """Return whether its Python starts, which it does not after a move or a new system Python."""
    python = venv / "bin" / "python"
    probe = "import sys; print(sys.prefix)"
    if not python.exists():
        return False
    done = subprocess.run([python, "-c", probe], check=False, capture_output=True, text=True)
    return done.returncode == 0 and Path(done.stdout.strip()) == venv


def _call(*command: str | Path) -> None:
    done = subprocess.run(command, check=False)
    if done.returncode != 0:
        sys.exit(f"This failed: {' '.join(map(str, command))}")


if __name__ == "__main__":
    main(sys.argv[1])
