"""As in production but for TLS, with one view more: the floor."""

from reviewconsole.settings import base
from reviewconsole.settings.base import *  # noqa: F403  # settings are gathered with *
from reviewconsole.settings.testing import ENCRYPTION_KEYS, MATCHING_KEY, SECRET_KEY

__all__ = ["ENCRYPTION_KEYS", "MATCHING_KEY", "SECRET_KEY"]

DEBUG = False
MIDDLEWARE = [each for each in base.MIDDLEWARE if "whitenoise" not in each]
INSTALLED_APPS = [*base.INSTALLED_APPS, "tests.bench"]
ROOT_URLCONF = "tests.bench.urls"
STORAGES = base.STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
REVIEWCONSOLE_RATE_LIMIT = 0
