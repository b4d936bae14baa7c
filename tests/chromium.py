"""The browser that tests drive: found, or installed by `python -m tests.chromium`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.system_packages import install

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "There is no Chromium on this machine, and it could not be installed. Install the package chromium (or Google "
    "Chrome), or let this run as root, or run: .venv/bin/playwright install chromium"
)


def find() -> str | None:
    """Return the path of the system's browser, else of Playwright's own, else None."""
    for program in PROGRAMS:
        path = shutil.which(program)
        if path:
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def make_sure() -> None:
    """Leave with a sentence when there is no browser in the end: tests must never skip for want of one."""
    if find() is None and not (install("chromium", "fonts-noto-cjk") and find()):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if find() is None:
        sys.exit(MISSING)
    if os.geteuid() == 0 and not _shows_chinese():
        install("fonts-noto-cjk")


def _shows_chinese() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], check=False, capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    make_sure()
