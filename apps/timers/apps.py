from django.apps import AppConfig


class TimersConfig(AppConfig):
    name = "apps.timers"
    default_auto_field = "django.db.models.BigAutoField"
