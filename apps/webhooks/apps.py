from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register

from apps.webhooks.checks import check_allowed_networks


class WebhooksConfig(AppConfig):
    name = "apps.webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the settings checked, and tell the timers what of this app comes due."""
        register(check_allowed_networks)
        import_module("apps.webhooks.timers")
