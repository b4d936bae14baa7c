"""A reviewer's desk as a browser sees it: Lighthouse on queue and case, and what it takes to get from case to case.

Measured on an installation with the demo's data, started as a person starts it.
"""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from apps.demo.staff import PASSWORD
from reviewconsole.launcher.installation import BASE_DIR
from tests.chromium import MISSING, find
from tests.launcher.installed import Installed, free_port
from tools.npm_packages import installed

REVIEWER = "lin"
ROUNDS = 5
METER = BASE_DIR / "tools" / "page_meter" / "meter.mjs"


@dataclass(frozen=True)
class Way:
    """One way to decide: `strokes` are keys that are pressed one after the other, or else `clicks` on the page."""

    name: str
    strokes: tuple[str, ...] = ()
    clicks: tuple[str, ...] = ()


RECORD = "#decide button[type=submit]"
WAYS = [
    Way("approve, keys", strokes=("a", "Control+Enter")),
    Way("deny with its text, keys", strokes=("d", "Control+Enter")),
    Way("hold, keys", strokes=("h", "Control+Enter")),
    Way("approve, mouse", clicks=("label:has([value=approve])", RECORD)),
    Way("deny with its text, mouse", clicks=("label:has([value=deny])", RECORD)),
    Way("hold, mouse", clicks=("label:has([value=hold])", RECORD)),
]


def measure_desk(folder: Path) -> None:
    """Print Lighthouse's scores, and keys, clicks, page loads, seconds and bytes from case to case."""
    program = find()
    if program is None:
        sys.exit(MISSING)
    desk = Installed(folder / "desk", free_port(), folder / "desk.txt", more={"REVIEWCONSOLE_DEMO": "1"})
    desk.start()
    try:
        address = f"http://127.0.0.1:{desk.port}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_context(base_url=address, viewport={"width": 1920, "height": 1080}).new_page()
            _sign_in(page)
            first = _claim(page)
            for line in _meter(program, address, ["/queue/", first]):
                print(line)
            for name, path in (("queue", "/queue/"), ("case", first)):
                print(_first_load(page, name, path))
            page.goto(first)
            for way in WAYS:
                print(_walked(page, way))
            browser.close()
    finally:
        desk.stop()


def _sign_in(page: Page) -> None:
    page.goto("/sign-in/")
    page.fill("#username", REVIEWER)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue/")


def _claim(page: Page) -> str:
    page.keyboard.press("n")
    page.wait_for_url("**/cases/*/")
    return page.url.partition(page.url.split("/", 3)[2])[2]


def _meter(program: str, address: str, paths: list[str]) -> list[str]:
    modules = installed("page_meter")
    # A module finds its packages beside itself.
    script = shutil.copy(METER, modules.parent)
    command = ["node", str(script), program, address, REVIEWER, PASSWORD, *paths]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    return [_scores(json.loads(line)) for line in done.stdout.splitlines()]


def _scores(told: dict[str, Any]) -> str:
    if told.get("error"):
        return f"lighthouse       {told['path']}: {told['error']}"
    scores = ", ".join(f"{name} {score}" for name, score in told["scores"].items())
    page = "queue" if told["path"] == "/queue/" else "case"
    short = f"; short of it: {', '.join(told['short'])}" if told["short"] else ""
    return f"lighthouse       {page}: {scores}, {told['bytes'] / 1024:.0f} KB on the wire{short}"


def _first_load(page: Page, name: str, path: str) -> str:
    """Load a page as somebody does whose browser has nothing of it yet."""
    browser = page.context.browser
    assert browser is not None
    address = page.url.removesuffix(page.url.split("/", 3)[3])
    context = browser.new_context(base_url=address, storage_state=page.context.storage_state())
    fresh = context.new_page()
    session, sent = context.new_cdp_session(fresh), 0.0

    def received(event: dict[str, Any]) -> None:
        nonlocal sent
        sent += event["encodedDataLength"]

    session.send("Network.enable")
    session.on("Network.loadingFinished", received)
    fresh.goto(path, wait_until="networkidle")
    context.close()
    return f"first load       {name}: {sent / 1024:.0f} KB on the wire"


def _walked(page: Page, way: Way) -> str:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    taken = [_round(page, way, session) for _number in range(ROUNDS)]
    session.detach()
    seconds, loads, sent = (median(each[place] for each in taken) for place in range(3))
    return (
        f"case to case     {way.name}: {len(way.strokes)} strokes, {len(way.clicks)} clicks, {loads:.0f} page load,"
        f" {seconds:.2f} s, {sent / 1024:.0f} KB on the wire"
    )


def _round(page: Page, way: Way, session: CDPSession) -> tuple[float, int, float]:
    """Decide the open case and wait until the next can be decided; returns seconds, loads and bytes."""
    page.locator("#decide").wait_for()
    here, sent, loads = page.url, 0.0, 0

    def received(event: dict[str, Any]) -> None:
        nonlocal sent
        sent += event["encodedDataLength"]

    def loaded(_page: Page) -> None:
        nonlocal loads
        loads += 1

    session.on("Network.loadingFinished", received)
    page.on("load", loaded)
    begun = time.perf_counter()
    for stroke in way.strokes:
        page.keyboard.press(stroke)
    for click in way.clicks:
        page.locator(click).click()
    page.wait_for_url(_elsewhere(here))
    page.locator("#decide").wait_for()
    seconds = time.perf_counter() - begun
    page.wait_for_load_state("load")
    session.remove_listener("Network.loadingFinished", received)
    page.remove_listener("load", loaded)
    return seconds, loads, sent


def _elsewhere(here: str) -> Callable[[str], bool]:
    return lambda address: address != here and "/cases/" in address
