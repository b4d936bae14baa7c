"""Storing what was sent: the files first, the rows later, so that no row ever lacks its file.

The content is stored under a keyed hash of itself: the same file sent again,
by a client that had to repeat its request, is the same file in the storage,
and the name tells nobody what it is.
"""

import errno
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import connection

from apps.attachments.content import CheckedFile
from apps.attachments.errors import AttachmentsExhausted, StorageFull, StorageUnavailable
from apps.attachments.limits import limits
from apps.attachments.models import Attachment, Source
from apps.attachments.selectors import room_taken
from apps.common.ciphers import keyed_hash, sealed
from apps.refunds.models import Refund

STORAGE = "attachments"
# Top 16 bits of the advisory locks taken here; other kinds of locks have others.
STORED_FILE_LOCKS = 0x4154
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in the storage and may get a row."""

    name: str
    declared_type: str
    media_type: str
    size: int
    sha256: str
    stored_as: str


def attachment_storage() -> Storage:
    """Return the storage that the setting STORAGES names for attachments."""
    return storages[STORAGE]


def files_keep(files: Sequence[CheckedFile]) -> list[KeptFile]:
    """Write the files, encrypted. Call outside any transaction.

    Raises StorageFull, StorageUnavailable. What was written before that, or
    gets no row, is deleted by `upkeep` after a time.
    """
    try:
        return [_kept(file) for file in files]
    except OSError as fault:
        logger.exception("attachments cannot be stored")
        raise (StorageFull if fault.errno in _NO_ROOM else StorageUnavailable) from fault


def _kept(file: CheckedFile) -> KeptFile:
    digest = keyed_hash("attachment", file.sha256).hex()
    stored_as, storage = f"{digest[:2]}/{digest}", attachment_storage()
    if not storage.exists(stored_as):
        stored_as = storage.save(stored_as, ContentFile(sealed(file.content)))
    return KeptFile(
        name=file.name,
        declared_type=file.declared_type,
        media_type=file.media_type.value,
        size=len(file.content),
        sha256=file.sha256,
        stored_as=stored_as,
    )


def attachments_insert(
    kept: Sequence[KeptFile], *, refund: Refund, source: Source, source_id: int, case_id: str, now: datetime
) -> list[Attachment]:
    """Write the rows of files that are kept, in the caller's transaction, with the refund locked.

    Raises AttachmentsExhausted, StorageUnavailable; the caller's transaction
    ends with either.
    """
    if not kept:
        return []
    allowed, taken = limits(), room_taken(refund, by_colleagues=source is Source.NOTE)
    size = taken.size + sum(file.size for file in kept)
    if taken.files + len(kept) > allowed.refund_files or size > allowed.refund_bytes:
        raise AttachmentsExhausted(pointer="/attachments", files=allowed.refund_files, size=allowed.refund_bytes)
    _hold_on_to({file.stored_as for file in kept})
    return Attachment.objects.bulk_create(
        Attachment(
            refund=refund,
            client_id=refund.client_id,
            case_id=case_id,
            source=source,
            source_id=source_id,
            position=position,
            name=file.name,
            declared_type=file.declared_type,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
            stored_as=file.stored_as,
            created_at=now,
        )
        for position, file in enumerate(kept)
    )


def lock_of(stored_as: str) -> int:
    """Return the number of the advisory lock of a stored file: our 16 bits, then 48 of its name."""
    return STORED_FILE_LOCKS << 48 | int.from_bytes(keyed_hash("stored file", stored_as)[:6], "big")


def _hold_on_to(names: set[str]) -> None:
    """Keep `upkeep` from deleting the files until the transaction ends.

    A file that lay there unused for long may be deleted between `files_keep`,
    which found it, and the row. With the lock it is either still there, and
    upkeep leaves it, or the client is told to come again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(lock) FROM unnest(%s::bigint[]) AS lock ORDER BY lock",
            [sorted(lock_of(name) for name in names)],
        )
    if not all(attachment_storage().exists(name) for name in names):
        raise StorageUnavailable
