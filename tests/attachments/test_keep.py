import errno
import hashlib
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from pytest_django.fixtures import Settings

from apps.attachments.content import CheckedFile
from apps.attachments.errors import AttachmentsExhausted, StorageFull, StorageUnavailable
from apps.attachments.media_types import MediaType
from apps.attachments.models import Attachment, Source
from apps.attachments.services.keep import attachments_insert, files_keep
from apps.attachments.storage import DurableFileSystemStorage
from apps.common.ciphers import unsealed
from apps.refunds.models import Refund
from apps.refunds.selectors import refund_locked
from apps.risk.models import RiskOutcome
from tests.attachments.files import TEXT
from tests.support.factories import NOON, Goods, make_client, make_order, submit

pytestmark = pytest.mark.django_db


def checked(content: bytes = TEXT, name: str = "proof.txt") -> CheckedFile:
    return CheckedFile(name, "text/plain", MediaType.TEXT, content, hashlib.sha256(content).hexdigest())


def make_refund() -> Refund:
    return submit(make_order(make_client(), Goods(5000)), RiskOutcome.REVIEW)


@transaction.atomic
def insert(refund: Refund, *files: CheckedFile, source_id: int = 1) -> list[Attachment]:
    locked = refund_locked(refund.pk)
    kept = files_keep(files)
    return attachments_insert(kept, refund=locked, source=Source.APPEAL, source_id=source_id, case_id="c", now=NOON)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EIO, StorageUnavailable),
        (errno.EROFS, StorageUnavailable),
    ],
)
def test_says_whether_the_storage_is_full_or_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, refusal: type[Exception]
) -> None:
    def fails(*_given: Any) -> NoReturn:
        raise OSError(number, "no")

    monkeypatch.setattr(DurableFileSystemStorage, "_save", fails)

    with pytest.raises(refusal):
        files_keep([checked()])

    assert files_in(folder) == []


def test_refuses_more_files_than_a_refund_may_have(folder: Path, settings: Settings) -> None:
    settings.ATTACHMENT_REFUND_FILES = 2
    refund = make_refund()
    insert(refund, checked())

    with pytest.raises(AttachmentsExhausted):
        insert(refund, checked(), checked(), source_id=2)

    assert Attachment.objects.count() == 1
    insert(refund, checked(), source_id=2)


def test_refuses_more_bytes_than_a_refund_may_have(folder: Path, settings: Settings) -> None:
    settings.ATTACHMENT_REFUND_BYTES = 10
    refund = make_refund()
    insert(refund, checked(b"123456"))

    with pytest.raises(AttachmentsExhausted):
        insert(refund, checked(b"12345"), source_id=2)

    insert(refund, checked(b"1234"), source_id=2)
    assert [each.size for each in Attachment.objects.order_by("source_id")] == [6, 4]


def test_writes_no_row_for_a_file_that_is_gone(folder: Path) -> None:
    refund = make_refund()
    kept = files_keep([checked()])
    (path,) = files_in(folder)
    path.unlink()

    with pytest.raises(StorageUnavailable), transaction.atomic():
        attachments_insert(kept, refund=refund, source=Source.APPEAL, source_id=1, case_id="", now=NOON)

    assert Attachment.objects.count() == 0


def test_refuses_to_make_one_file_pass_for_another_says_the_database(folder: Path) -> None:
    (attachment,) = insert(make_refund(), checked())

    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk).update(stored_as="another")
    attachment.pk, attachment.media_type, attachment.position = "att_x", "text/html", 1
    with pytest.raises(IntegrityError, match="attachment_type_known"), transaction.atomic():
        attachment.save(force_insert=True)


def test_stores_nothing_that_can_be_read_without_the_key(folder: Path) -> None:
    files_keep([checked()])

    (path,) = files_in(folder)
    stored = path.read_bytes()
    assert TEXT not in stored
    assert unsealed(stored) == TEXT
    # Not the plain hash either: whoever has the document could look whether it is here.
    assert hashlib.sha256(TEXT).hexdigest() not in str(path)


def test_stores_the_same_content_once_however_often_it_is_sent(folder: Path) -> None:
    first, again = files_keep([checked()]), files_keep([checked(name="other.txt"), checked(b"another")])

    assert first[0].stored_as == again[0].stored_as
    assert (first[0].name, again[0].name) == ("proof.txt", "other.txt")
    assert len(files_in(folder)) == 2


def test_writes_a_row_for_each_file_in_their_order(folder: Path) -> None:
    refund = make_refund()

    insert(refund, checked(), checked(b"second", "b.txt"))

    first, second = Attachment.objects.order_by("position")
    assert (first.pk[:4], first.refund_id, first.client_id) == ("att_", refund.pk, refund.client_id)
    assert (first.case_id, first.source, first.source_id, first.created_at) == ("c", "appeal", 1, NOON)
    assert (first.name, first.declared_type, first.media_type) == ("proof.txt", "text/plain", "text/plain")
    assert (first.size, first.sha256) == (len(TEXT), hashlib.sha256(TEXT).hexdigest())
    assert (second.name, second.position, second.stored_as != first.stored_as) == ("b.txt", 1, True)


def test_goes_on_with_a_storage_that_gives_names_of_its_own() -> None:
    # The storage of the tests lies in memory, and keeps nothing under a name that is taken.
    refund = make_refund()

    insert(refund, checked(b"in memory"))
    insert(refund, checked(b"in memory"), source_id=2)

    assert len({each.stored_as for each in Attachment.objects.all()}) == 1
