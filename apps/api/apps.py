from django.apps import AppConfig
from django.core.checks import register

from apps.api.checks import check_rate_limit


class ApiConfig(AppConfig):
    name = "apps.api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        register(check_rate_limit)
