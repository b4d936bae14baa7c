"""Tests: fixed keys, quick password hashes, no pool (each test owns its connection)."""

from copy import deepcopy

from reviewconsole.settings.base import *

DEBUG = False
SECRET_KEY = "for tests only, and long enough to satisfy the checks of Django"
ENCRYPTION_KEYS = ["l5Hf9m0mOe7wq0qJ5mYl0mXbq0J9mY3i7t1mWqv1c2E="]
MATCHING_KEY = "for tests only"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "attachments": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files come from where they are written; nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
# A copy: `make bench` reads these settings too, and measures with the pool.
DATABASES = deepcopy(DATABASES)
del DATABASES["default"]["OPTIONS"]["pool"]
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
CELERY_TASK_ALWAYS_EAGER = False
# The tests of undoing set a time for it; whatever else is tested looks at once at what a decision did.
REVIEWCONSOLE_UNDO_SECONDS = 0
# The tests of the limit set one; whatever else is tested is not to run into it.
REVIEWCONSOLE_RATE_LIMIT = 0
