"""Deleting files that no row refers to: what a refused or broken request left behind."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import Storage
from django.db import transaction

from apps.attachments.models import Attachment
from apps.attachments.services.keep import attachment_storage, lock_of
from apps.common.locks import try_lock

# Far longer than any request runs between its files and its rows.
GRACE = timedelta(hours=24)
_ROUNDS_A_DAY = 24


def files_forget_unused(*, now: datetime) -> int:
    """Delete the files that are older than the grace time and have no row; returns how many.

    Each hour has its twenty-fourth of the folders, so that a large storage is
    not listed whole every time.
    """
    storage = attachment_storage()
    unused = [name for folder in _folders(storage, now) for name in _unused(storage, folder, now)]
    return sum(_forget(storage, name, now) for name in unused)


def _folders(storage: Storage, now: datetime) -> Iterator[str]:
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:
        # Nobody ever sent anything.
        return
    for position, folder in enumerate(sorted(folders)):
        if position % _ROUNDS_A_DAY == now.hour:
            yield folder


def _unused(storage: Storage, folder: str, now: datetime) -> list[str]:
    _folders, files = storage.listdir(folder)
    old = [name for name in (f"{folder}/{file}" for file in files) if _is_old(storage, name, now)]
    used = set(Attachment.objects.filter(stored_as__in=old).values_list("stored_as", flat=True))
    return [name for name in old if name not in used]


def _is_old(storage: Storage, name: str, now: datetime) -> bool:
    try:
        return storage.get_modified_time(name) < now - GRACE
    except FileNotFoundError:
        # A draft that became a file, or was deleted, since the folder was listed.
        return False


@transaction.atomic
def _forget(storage: Storage, name: str, now: datetime) -> bool:
    """Delete a file unless somebody is about to give it a row, or has.

    The deletion happens in the transaction because the lock does: whoever
    wants to use the file waits, and then finds it gone (`keep._hold_on_to`).
    """
    if (
        not try_lock(lock_of(name))
        or Attachment.objects.filter(stored_as=name).exists()
        or not _is_old(storage, name, now)
    ):
        return False
    storage.delete(name)
    return True
