from importlib import import_module

from django.apps import AppConfig


class PayoutsConfig(AppConfig):
    name = "apps.payouts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the timers what of this app comes due."""
        import_module("apps.payouts.timers")
