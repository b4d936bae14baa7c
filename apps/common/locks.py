"""Advisory locks. The top 16 bits of a lock say of what kind it is; each module that takes one names its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def try_lock(lock: int) -> bool:
    """Take a lock until the transaction ends; returns False at once when somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        return bool(cursor.fetchone()[0])


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Hold a lock of this session, across transactions; gives False at once when another session has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        is_ours = bool(cursor.fetchone()[0])
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])


def wait_for_lock(lock: int) -> None:
    """Take a lock until the transaction ends, after whoever has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
