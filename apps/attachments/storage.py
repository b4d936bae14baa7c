"""Where attachments lie on one machine: files that are whole or not there, also after a power cut."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

_FOR_US_ALONE = 0o700


class DurableFileSystemStorage(FileSystemStorage):
    """Writes a draft, forces it to the disk and renames it. A file of the same name is replaced, in one step."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        target = Path(self.path(name))
        Path(self.location).mkdir(mode=_FOR_US_ALONE, parents=True, exist_ok=True)
        target.parent.mkdir(mode=_FOR_US_ALONE, exist_ok=True)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
        try:
            with open(draft, "xb", opener=_private) as file:
                file.writelines(content.chunks())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        # The names have to reach the disk as well: that of the file, and that of a folder made for it.
        _force(target.parent)
        _force(target.parent.parent)
        return name


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _force(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
