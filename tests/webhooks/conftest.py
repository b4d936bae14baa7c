"""What tests of webhooks start from."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from apps.clients.models import ApiClient
from apps.webhooks.services import publish, replay
from tests.support.factories import make_client
from tests.support.receiver import Receiver, listening


@pytest.fixture(autouse=True)
def loopback_is_allowed(settings: Settings) -> None:
    """Open this machine to webhooks, and do not wait long for one that hangs."""
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = ["127.0.0.0/8"]
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.5


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Count nudges instead of sending them."""
    nudged: list[bool] = []
    for module in (publish, replay):
        monkeypatch.setattr(module, "nudge", lambda: nudged.append(True))
    return nudged


@pytest.fixture
def client(db: None) -> ApiClient:
    """Return an API client."""
    return make_client()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a receiver that listens."""
    with listening() as made:
        yield made


@pytest.fixture
def other_receiver() -> Iterator[Receiver]:
    """Return a second one."""
    with listening() as made:
        yield made
