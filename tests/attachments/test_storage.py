import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile

from apps.attachments.storage import DurableFileSystemStorage


@pytest.fixture
def storage(tmp_path: Path) -> DurableFileSystemStorage:
    return DurableFileSystemStorage(location=tmp_path / "deep" / "attachments")


def kept(storage: DurableFileSystemStorage) -> list[str]:
    return sorted(str(path.relative_to(storage.location)) for path in Path(storage.location).rglob("*"))


def broken(*_given: Any) -> NoReturn:
    raise OSError(errno.EIO, "the disk gave way")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_leaves_nothing_behind_when_the_disk_gives_way(
    storage: DurableFileSystemStorage, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(os if step == "fsync" else Path, step, broken)

    with pytest.raises(OSError, match="the disk gave way"):
        storage.save("ab/abcd", ContentFile(b"content"))

    assert kept(storage) == ["ab"]


def test_writes_nowhere_else(storage: DurableFileSystemStorage) -> None:
    with pytest.raises(SuspiciousOperation):
        storage.save("../outside", ContentFile(b"content"))

    assert not Path(storage.location).exists()


def test_keeps_a_file_for_its_owner_alone(storage: DurableFileSystemStorage) -> None:
    assert storage.save("ab/abcd", ContentFile(b"content")) == "ab/abcd"

    root = Path(storage.location)
    assert (root / "ab" / "abcd").read_bytes() == b"content"
    modes = [(path.stat().st_mode & 0o777) for path in (root, root / "ab", root / "ab" / "abcd")]
    assert modes == [0o700, 0o700, 0o600]


def test_replaces_a_file_in_one_step(storage: DurableFileSystemStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.save("ab/abcd", ContentFile(b"before"))
    seen = []
    replace = Path.replace

    def watched(draft: Path, target: Path) -> Path:
        seen.append((target.read_bytes(), draft.read_bytes()))
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", watched)
    storage.save("ab/abcd", ContentFile(b"after"))

    assert seen == [(b"before", b"after")]
    assert kept(storage) == ["ab", "ab/abcd"]
    assert (Path(storage.location) / "ab" / "abcd").read_bytes() == b"after"


def test_forces_the_file_and_its_folders_to_the_disk(
    storage: DurableFileSystemStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        forced.append(os.path.realpath(f"/proc/self/fd/{handle}"))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    storage.save("ab/abcd", ContentFile(b"content"))

    root = os.path.realpath(storage.location)
    assert Path(forced[0]).name.startswith(".abcd.")
    assert forced[1:] == [f"{root}/ab", root]
