"""The clock's beat. Any number of beats may run: the one that has the lock of the database ticks, the others wait."""

import logging
from collections.abc import Collection
from copy import copy
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, cast

from celery.beat import PersistentScheduler, ScheduleEntry
from django.db import DatabaseError, connection
from django.db.backends.postgresql.base import DatabaseWrapper

from apps.timers.clock import database_now
from apps.timers.registry import ticks_known, ticks_waiting
from reviewconsole.celery import WANTED_UNTIL

# Whoever leads is looked at again after so many seconds; as long ticks may be missing when a leader dies.
LOOKS_AGAIN = 1.0
# Seconds that are slept when the next tick is nearly due.
NEARLY = 0.011
# Who led a moment ago is taken to lead still: two that tick for so long do no harm.
LEADS_FOR = 0.9
# What is due is asked for once for the ticks that fall into so many seconds.
ASKED_FOR = 0.5
# A tick that waited for longer than this, beside its own interval, is worthless.
LATE_BY = timedelta(seconds=2)
# "BEAT" in ASCII: a lock of a session, which ends with its connection, however that ends.
LOCK = 0x42454154 << 32

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Sends what is due as long as this process leads."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.leads = False
        self._waiting: Collection[str] = ()
        self._time = datetime.min.replace(tzinfo=UTC)
        self._asked_at = self._looked_at = float("-inf")
        super().__init__(*arguments, **options)

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Send what is due, and return for how many seconds nothing is."""
        if not self._leads():
            return LOOKS_AGAIN
        wait = float(super().tick(*arguments, **options))
        # Celery would rather be early, by 10 ms that it spends on looking; 0 says that it sent something.
        # Never longer than the next look: who lost the lock must not go on ticking beside its successor.
        return min(max(wait, NEARLY), LOOKS_AGAIN) if wait else 0.0

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Send a tick, unless it works off rows of which none is due: an idle installation asks, and sends nothing."""
        try:
            self._ask()
        except DatabaseError as fault:
            connection.close()
            logger.warning("cannot tell what is due: %s", type(fault).__name__)
            return
        if entry.task not in ticks_known() or entry.task in self._waiting:
            super().apply_entry(self._stamped(entry), producer=producer)

    def _ask(self) -> None:
        """Ask what is due, and what time it is, once for all ticks of a moment."""
        if monotonic() - self._asked_at > ASKED_FOR:
            self._waiting, self._time = ticks_waiting(), database_now()
            self._asked_at = monotonic()

    def _stamped(self, entry: ScheduleEntry) -> ScheduleEntry:
        """Return an entry whose message says until when it is wanted."""
        now = self._time + timedelta(seconds=monotonic() - self._asked_at)
        until = now + cast("Any", entry.schedule).run_every + LATE_BY
        stamped = copy(entry)
        stamped.options = {**(entry.options or {}), "headers": {WANTED_UNTIL: until.isoformat()}}
        return stamped

    def close(self) -> None:
        """Hand over at once."""
        # A connection that goes back to its pool would keep the lock.
        cast(DatabaseWrapper, connection).close_pool()
        super().close()

    def _leads(self) -> bool:
        before, now = self.leads, monotonic()
        # One tick sends one entry. The lock is the session's: for a moment it is taken for what it was.
        if before and now - self._looked_at < LEADS_FOR:
            return True
        self._looked_at = now
        try:
            self.leads = _has_lock()
        except DatabaseError as fault:
            # Nothing can be done by anybody while the database is away.
            connection.close()
            self.leads = False
            if before:
                logger.warning("lost the database: %s", type(fault).__name__)
        if self.leads and not before:
            logger.info("this beat leads")
        return self.leads


def _has_lock() -> bool:
    """Tell whether this session has the lock, or take it when nobody has; taking it twice is asked for once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT EXISTS (
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted
                    AND (classid::bigint << 32 | objid::bigint) = %(lock)s
            ) OR pg_try_advisory_lock(%(lock)s)
            """,
            {"lock": LOCK},
        )
        return bool(cursor.fetchone()[0])
