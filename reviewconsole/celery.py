"""The Celery application. What it does, and when, is in `settings/clock.py`."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewconsole.settings.local")
TRANSPORT_ALIASES["filesystem"] = "reviewconsole.broker:Transport"

application = Celery("reviewconsole")
application.config_from_object("django.conf:settings", namespace="CELERY")
application.autodiscover_tasks()
