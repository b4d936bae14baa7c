"""Running a statement. Intake is a hot path, so the facts come by SQL that is written here, not composed."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection

from apps.refunds.models import Refund


def rows_of(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return all rows of a statement with named parameters."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def asked_relation(refunds: Sequence[Refund], *names: str) -> str:
    """Return refunds as json_to_recordset reads them: `place` (from 0), `at` (the request), and the named columns."""
    rows = [
        {"place": place, "at": refund.requested_at, **{name: getattr(refund, name) for name in names}}
        for place, refund in enumerate(refunds)
    ]
    return msgspec.json.encode(rows).decode()
