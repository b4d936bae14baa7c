"""Running a statement. Intake is a hot path, so the facts come by SQL that is written here, not composed."""

from collections.abc import Mapping
from typing import Any

from django.db import connection


def rows_of(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return all rows of a statement with named parameters."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
