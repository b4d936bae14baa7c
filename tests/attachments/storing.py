"""Where attachments are kept while a test runs."""

from pathlib import Path

from pytest_django.fixtures import Settings


def store_in(settings: Settings, place: Path) -> Path:
    """Store attachments as an installation does, in a folder that does not exist yet."""
    settings.STORAGES = settings.STORAGES | {
        "attachments": {
            "BACKEND": "apps.attachments.storage.DurableFileSystemStorage",
            "OPTIONS": {"location": str(place)},
        }
    }
    return place
