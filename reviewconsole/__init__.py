"""The Refund Review Console: settings, clock and entry points."""

from reviewconsole.celery import application as celery_application

__all__ = ["celery_application"]
