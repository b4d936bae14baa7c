"""Whether locks say what is asked for."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tools.locks import check, complaints

LOCK = """\
celery==5.7.0 \\
    --hash=sha256:aa
    # via refund-review-console (pyproject.toml)
kombu==5.7.0 ; sys_platform != 'win32' \\
    --hash=sha256:bb
    # via celery
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


def test_complains_of_what_is_not_pinned(lock: Path) -> None:
    asked = [Requirement("celery>=5"), Requirement("Django>=5")]

    assert complaints(lock, asked) == ["django is not in it"]


def test_complains_of_a_version_out_of_bounds(lock: Path) -> None:
    assert complaints(lock, [Requirement("celery>=6")]) == ["celery 5.7.0 is not what is asked for: celery>=6"]


def test_complains_of_what_nothing_asks_for_any_more(lock: Path) -> None:
    assert complaints(lock, []) == ["celery is pinned by choice, but nothing asks for it"]


def test_complains_of_a_pin_without_hashes(lock: Path) -> None:
    lock.write_text(LOCK.replace("    --hash=sha256:bb\n", ""))

    assert complaints(lock, [Requirement("celery[redis]>=5")]) == ["kombu has no hashes"]


def test_is_content_with_its_own_repository() -> None:
    assert check() == []
