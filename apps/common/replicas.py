"""Reads that may lag go to a replica, where there is one; whatever a decision rests on never does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

REPLICA = "replica"
_may_lag: ContextVar[bool] = ContextVar("may_lag", default=False)


@contextmanager
def lagging_reads() -> Iterator[None]:
    """Let the models that are read within come from the replica: for pages on which nothing is decided."""
    token = _may_lag.set(True)
    try:
        yield
    finally:
        _may_lag.reset(token)


class Router:
    """Chooses the database of a statement: the primary, but for reads that were said to be allowed to lag."""

    def db_for_read(self, _model: type[Any], **_hints: Any) -> str:
        """Return where to read."""
        return REPLICA if _may_lag.get() and REPLICA in connections else DEFAULT_DB_ALIAS

    def db_for_write(self, _model: type[Any], **_hints: Any) -> str:
        """Return where to write."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, _one: Any, _other: Any, **_hints: Any) -> bool:
        """Both hold the same rows."""
        return True

    def allow_migrate(self, database: str, _app_label: str, **_hints: Any) -> bool:
        """What the primary is migrated by comes to the replica by itself."""
        return database == DEFAULT_DB_ALIAS
