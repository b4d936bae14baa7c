import pytest
from django.db import connection, transaction

from apps.common.locks import try_lock

LOCK = 0x7E57 << 48 | 7

pytestmark = pytest.mark.django_db(transaction=True)


def test_takes_a_lock_that_is_free_until_the_transaction_ends() -> None:
    elsewhere = connection.copy()
    try:
        with elsewhere.cursor() as cursor:
            with transaction.atomic():
                assert try_lock(LOCK)
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                assert cursor.fetchone() == (False,)
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            assert cursor.fetchone() == (True,)
            with transaction.atomic():
                assert not try_lock(LOCK)
    finally:
        elsewhere.close()
