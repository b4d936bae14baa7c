"""The Celery application. What it does, and when, is in `settings/clock.py`."""

import os
from datetime import datetime
from typing import Any

from celery import Celery
from celery import Task as CeleryTask
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reviewconsole.settings.local")
TRANSPORT_ALIASES["filesystem"] = "reviewconsole.broker:Transport"


class Task(CeleryTask[..., Any]):
    """A task that does nothing when its tick was sent too long ago: a later one found the same due rows.

    Celery's own `expires` goes by the clocks of two machines: a worker whose
    clock is an hour ahead would throw away every tick, in silence. Here both
    ends go by the database's.
    """

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Run the task, unless its tick is stale."""
        # Models are there only once the settings were read.
        from apps.timers.clock import database_now  # noqa: PLC0415

        wanted_until = getattr(self.request, WANTED_UNTIL, None)
        if wanted_until is not None and database_now() > datetime.fromisoformat(wanted_until):
            return None
        return super().__call__(*arguments, **named)


# Of a message: by the database's clock.
WANTED_UNTIL = "tick_wanted_until"

application = Celery("reviewconsole", task_cls=Task)
application.config_from_object("django.conf:settings", namespace="CELERY")
application.autodiscover_tasks()
