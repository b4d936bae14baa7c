from django.apps import AppConfig
from django.core.checks import register

from apps.common.checks import check_networks


class CommonConfig(AppConfig):
    name = "apps.common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_networks)
