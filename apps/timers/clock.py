"""What time it is: one clock for all machines, the database's."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the time by the database. Whatever is due is due by it, whichever machine asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
