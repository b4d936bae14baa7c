"""A folder for attachments that each test has to itself."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Store attachments as an installation does, in a folder that does not exist yet."""
    place = tmp_path / "attachments"
    settings.STORAGES = settings.STORAGES | {
        "attachments": {
            "BACKEND": "apps.attachments.storage.DurableFileSystemStorage",
            "OPTIONS": {"location": str(place)},
        }
    }
    return place
