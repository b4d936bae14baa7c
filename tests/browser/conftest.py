"""A browser that reaches this machine only, and complains about everything a page complains about."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from apps.staff.models import Role
from apps.staff.services import person_create
from reviewconsole.launcher.installation import BASE_DIR
from tests.chromium import MISSING, find

SCREENSHOTS = BASE_DIR / ".cache" / "screenshots"
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
Open = Callable[..., Page]
PASSWORD = "quiet-river-stone"


@pytest.fixture(autouse=True, scope="module")
def _database_beside_playwright() -> Iterator[None]:
    """Playwright's own loop runs in this thread, which Django takes for asynchronous code; it is not ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Start the browser once for a file: while it is there its loop runs, and tests with loops of their own fail."""
    program = find()
    if program is None:
        pytest.fail(MISSING)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open pages in contexts of their own; whatever a page reports as an error fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    expected = ["the server responded with a status of 4"]
    for marker in request.node.iter_markers("expects_complaints"):
        expected += marker.args

    def heard(message: ConsoleMessage) -> None:
        # A refusal (409, 422) is an answer, and the browser's note of it no fault of the page.
        if message.type == "error" and not any(words in message.text for words in expected):
            complaints.append(message.text)

    def open_at(path: str = "/", **options: Any) -> Page:
        context = chromium.new_context(base_url=live_server.url, viewport={"width": 1920, "height": 1080}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: _only_here(asked.url, live_server.url, complaints))
        page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert complaints == []


def _only_here(address: str, here: str, complaints: list[str]) -> None:
    if not address.startswith((here, "data:")):
        complaints.append(f"asked for {address}")


def make_people(now: datetime) -> None:
    """Make two reviewers and a supervisor."""
    for username, name, role in [
        ("lin", "林晓", Role.REVIEWER),
        ("emma", "Emma Novak", Role.REVIEWER),
        ("chen", "陈静", Role.SUPERVISOR),
    ]:
        person_create(username=username, display_name=name, password=PASSWORD, role=role, now=now)


def sign_in(page: Page, username: str) -> None:
    """Sign in at the door."""
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_url("**/queue/")


def keep_picture(page: Page, name: str) -> None:
    """Keep what a person would see, for a person to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")
