from importlib import import_module

from django.apps import AppConfig


class TrialsConfig(AppConfig):
    name = "apps.trials"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the timers what of this app waits."""
        import_module("apps.trials.timers")
