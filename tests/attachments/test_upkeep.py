import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from apps.attachments.services.keep import files_keep, lock_of
from apps.attachments.services.upkeep import GRACE, files_forget_unused
from apps.attachments.tasks import forget_unused_files
from tests.attachments.test_keep import checked, files_in, insert, make_refund

pytestmark = pytest.mark.django_db


def a_day_of_rounds(folder: Path) -> int:
    """Run the upkeep of every hour of a day, a little after everything is past its grace time."""
    begin = timezone.now() + GRACE + timedelta(minutes=1)
    return sum(files_forget_unused(now=begin + timedelta(hours=hour)) for hour in range(24))


def test_finds_nothing_where_nobody_ever_sent_anything(folder: Path) -> None:
    assert forget_unused_files() == 0
    assert not folder.exists()


def test_deletes_no_file_with_a_row_however_old(folder: Path) -> None:
    (attachment,) = insert(make_refund(), checked())
    os.utime(folder / attachment.stored_as, (0, 0))

    assert a_day_of_rounds(folder) == 0

    assert len(files_in(folder)) == 1


def test_deletes_no_file_within_the_grace_time(folder: Path) -> None:
    files_keep([checked(bytes([number + 65])) for number in range(30)])

    begin = timezone.now()
    assert sum(files_forget_unused(now=begin + timedelta(minutes=50 * number)) for number in range(28)) == 0

    assert len(files_in(folder)) == 30


def test_deletes_what_has_no_row_each_file_once_a_day(folder: Path) -> None:
    (used,) = insert(make_refund(), checked())
    files_keep([checked(bytes([number + 65])) for number in range(30)])
    draft = folder / used.stored_as[:2] / ".abc.0011"
    draft.write_bytes(b"a draft of a process that was killed")

    assert a_day_of_rounds(folder) == 31

    assert [str(path.relative_to(folder)) for path in files_in(folder)] == [used.stored_as]


@pytest.mark.django_db(transaction=True)
def test_leaves_a_file_that_somebody_is_about_to_give_a_row(folder: Path) -> None:
    (kept,) = files_keep([checked()])
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [lock_of(kept.stored_as)])
            assert a_day_of_rounds(folder) == 0
            assert (folder / kept.stored_as).exists()
            cursor.execute("ROLLBACK")
    finally:
        other.close()

    assert a_day_of_rounds(folder) == 1


@pytest.mark.django_db(transaction=True)
def test_holds_on_to_the_files_of_a_row_until_it_is_committed(folder: Path) -> None:
    refund = make_refund()
    with transaction.atomic():
        insert(refund, checked())
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ShareLock'")
            assert cursor.fetchone()[0] >= 1
