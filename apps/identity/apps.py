from django.apps import AppConfig
from django.core.checks import register


class IdentityConfig(AppConfig):
    name = "apps.identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Reads models, which are there only now.
        from apps.identity.checks import check_verification_service  # noqa: PLC0415

        register(check_verification_service)
