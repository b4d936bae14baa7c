from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "apps.refunds"
    default_auto_field = "django.db.models.BigAutoField"
