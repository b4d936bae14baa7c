"""Indexes that would cost every insert and serve nobody."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


def test_keeps_no_index_for_like_on_ids() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%varchar_pattern_ops%'"
            " AND indexdef ~ '\\((id|[a-z]+_id) varchar_pattern_ops'"
        )
        assert cursor.fetchall() == []


def test_keeps_no_index_on_bulk_tables_that_another_one_begins_with() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT one.indexrelid::regclass::text FROM pg_index one JOIN pg_index other USING (indrelid)
            WHERE one.indexrelid <> other.indexrelid AND NOT one.indisunique
            AND one.indpred IS NULL AND other.indpred IS NULL
            AND other.indkey::text || ' ' LIKE one.indkey::text || ' %'
            AND one.indrelid::regclass::text ~ '^(marketplace|identity|refunds)_'
            ORDER BY 1
            """
        )
        assert cursor.fetchall() == []
