"""Where a PostgreSQL of one's own listens."""

from pathlib import Path

import pytest

from reviewconsole.launcher.cluster import LONGEST_SOCKET_DIR, Cluster, socket_dir_for
from reviewconsole.launcher.errors import LauncherError


def test_refuses_a_socket_folder_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "sockets").symlink_to(tmp_path / "elsewhere")
    cluster = Cluster(tmp_path / "postgres", tmp_path / "sockets")

    with pytest.raises(LauncherError, match="belongs to somebody else"):
        cluster.prepare()

    assert not cluster.folder.exists()


def test_keeps_a_socket_folder_whose_path_fits(tmp_path: Path) -> None:
    fits = Path("/") / ("s" * (LONGEST_SOCKET_DIR - 1))

    assert socket_dir_for(fits, tmp_path) == fits


def test_stands_a_short_folder_for_a_long_path() -> None:
    too_long = Path("/") / ("s" * LONGEST_SOCKET_DIR)

    short = socket_dir_for(too_long, too_long)

    assert len(str(short)) <= LONGEST_SOCKET_DIR
    assert short == socket_dir_for(too_long, too_long)
    assert short != socket_dir_for(too_long, too_long / "other")


def test_counts_bytes_and_not_letters() -> None:
    letters = Path("/") / ("数" * 40)

    assert socket_dir_for(letters, letters) != letters
