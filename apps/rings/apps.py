from django.apps import AppConfig


class RingsConfig(AppConfig):
    name = "apps.rings"
    default_auto_field = "django.db.models.BigAutoField"
