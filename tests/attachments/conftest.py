"""A folder for attachments that each test has to itself."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tests.attachments.storing import store_in


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    return store_in(settings, tmp_path / "attachments")
