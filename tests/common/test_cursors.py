from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common.cursors import RecurringCursor, recurring_cursor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("statement", "parameters", "found"),
    [
        ("SELECT 7", None, [(7,)]),
        ("SELECT '%' || 'd'", None, [("%d",)]),
        ("SELECT %s::int, %s::text", [7, "a"], [(7, "a")]),
        ("SELECT %(n)s::int, %(t)s::text, %(n)s::int + 1", {"t": "a", "n": 7}, [(7, "a", 8)]),
        ("SELECT 7 %% %(n)s::int, '50 %%'", {"n": 4}, [(3, "50 %")]),
        ("SELECT n FROM unnest(%(ids)s::bigint[]) n ORDER BY n", {"ids": [3, 1], "unused": 0}, [(1,), (3,)]),
    ],
)
def test_reads_placeholders_of_both_kinds(statement: str, parameters: Any, found: list[tuple[Any, ...]]) -> None:
    with recurring_cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.fetchall() == found


def test_refuses_a_parameter_that_is_missing() -> None:
    with recurring_cursor() as cursor, pytest.raises(KeyError, match="n"):
        cursor.execute("SELECT %(n)s::int", {})


def test_is_kept_and_serves_after_its_block() -> None:
    with recurring_cursor() as first:
        first.execute("SELECT 1")
    with recurring_cursor() as second:
        second.execute("SELECT 2")
        assert second.cursor is first.cursor
        assert second.fetchall() == [(2,)]


def test_serves_one_statement_inside_another_that_was_read() -> None:
    with recurring_cursor() as outer:
        outer.execute("SELECT 1")
        assert outer.fetchall() == [(1,)]
        with recurring_cursor() as inner:
            inner.execute("SELECT 2")
            assert inner.fetchall() == [(2,)]
        outer.execute("SELECT 3")
        assert outer.fetchall() == [(3,)]


def test_is_recorded_where_statements_are() -> None:
    with CaptureQueriesContext(connection) as asked, recurring_cursor() as cursor:
        assert not isinstance(cursor, RecurringCursor)
        cursor.execute("SELECT %(n)s::int", {"n": 1})
        assert cursor.fetchall() == [(1,)]
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_is_made_anew_with_a_new_connection() -> None:
    with recurring_cursor() as first:
        first.execute("SELECT 1")
    connection.close()
    with recurring_cursor() as second:
        second.execute("SELECT 2")
        assert second.fetchall() == [(2,)]
