"""Which code a figure belongs to."""

import subprocess

from reviewconsole.launcher.installation import BASE_DIR

# What a figure depends on: the product, the worlds, and how they are measured.
WEIGHING = ("apps", "tests/planted", "tests/measure")


def commit() -> str:
    """Return the commit that is checked out."""
    return _git("rev-parse", "--short", "HEAD")


def is_changed() -> bool:
    """Tell whether anything that weighs differs from the commit."""
    return bool(_git("status", "--porcelain", "--", *WEIGHING))


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=BASE_DIR, capture_output=True, text=True, check=True)
    return done.stdout.strip()
