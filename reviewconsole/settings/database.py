"""PostgreSQL, the only place where anything durable lives."""

from typing import Any

from reviewconsole.settings.environment import env

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgresql:///reviewconsole"),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            # Threads of one web process share these; granian's blocking threads are the upper bound.
            "pool": {"min_size": 1, "max_size": env.int("REVIEWCONSOLE_DATABASE_POOL", 8), "timeout": 10},
            "application_name": "reviewconsole",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Services open their own transactions, so that what is outside stays outside.
ATOMIC_REQUESTS = False
