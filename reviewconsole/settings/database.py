"""PostgreSQL, the only place where anything durable lives."""

from typing import Any

from psycopg.conninfo import conninfo_to_dict

from reviewconsole.settings.environment import DATA_DIR, env


def database_from(url: str) -> dict[str, Any]:
    """Return Django's settings for any address that libpq reads, sockets included."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": {"application_name": "reviewconsole", **parts},
    }


def default_url() -> str:
    """Return the address of the embedded PostgreSQL, which the launcher leaves in the data folder."""
    left_by_launcher = DATA_DIR / "database.url"
    return left_by_launcher.read_text() if left_by_launcher.exists() else "postgresql:///reviewconsole"


DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **database_from(env.str("DATABASE_URL", "") or default_url()),
        # A pooled connection is tried before it is handed out: PostgreSQL may have been restarted since.
        "CONN_HEALTH_CHECKS": True,
    },
}
# Threads of one web process share these; granian's blocking threads are the upper bound.
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": env.int("REVIEWCONSOLE_DATABASE_POOL", 8),
    "timeout": 10,
}
# Statements that recur are parsed and planned once for each connection, and their values travel beside them.
DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 5}
# A copy that may lag, for pages on which nothing is decided.
_REPLICA_URL = env.str("REVIEWCONSOLE_REPLICA_URL", "")
if _REPLICA_URL:
    DATABASES["replica"] = database_from(_REPLICA_URL) | {"CONN_HEALTH_CHECKS": True}
    DATABASES["replica"]["OPTIONS"]["pool"] = DATABASES["default"]["OPTIONS"]["pool"]
    DATABASE_ROUTERS = ["apps.common.replicas.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Services open their own transactions, so that what is outside stays outside.
ATOMIC_REQUESTS = False
