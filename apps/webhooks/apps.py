from django.apps import AppConfig
from django.core.checks import register

from apps.webhooks.checks import check_allowed_networks


class WebhooksConfig(AppConfig):
    name = "apps.webhooks"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_allowed_networks)
