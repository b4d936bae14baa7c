"""The way to PostgreSQL's files for a user who is not root."""

import os
from pathlib import Path

from reviewconsole.launcher.account import Account, open_tree, open_way_to

STRANGER = Account("stranger", uid=54321, gid=54321, groups=frozenset({54321}))


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_opens_closed_parents_for_passing_through_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    home = tmp_path / "home"
    (home / "clone" / "data").mkdir(parents=True)
    home.chmod(0o700)
    (home / "clone").chmod(0o755)
    (home / "clone" / "data").chmod(0o700)

    opened = open_way_to(home / "clone" / "data", STRANGER)

    assert [path for path in opened if tmp_path in path.parents] == [home]
    assert mode(home) == 0o701
    assert mode(home / "clone") == 0o755
    assert mode(home / "clone" / "data") == 0o700


def test_opens_for_the_group_where_the_user_is_in_it(tmp_path: Path) -> None:
    member = Account("member", uid=54321, gid=os.getgid(), groups=frozenset({os.getgid()}))
    closed = tmp_path / "closed"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0o707)

    open_way_to(closed / "data", member)

    assert mode(closed) == 0o717


def test_lets_a_tree_be_read_without_making_programs_of_files(tmp_path: Path) -> None:
    program, text = tmp_path / "bin" / "postgres", tmp_path / "share" / "errors.txt"
    for path, bits in [(program, 0o700), (text, 0o600)]:
        path.parent.mkdir()
        path.touch()
        path.chmod(bits)
        path.parent.chmod(0o700)

    open_tree(tmp_path, STRANGER)

    assert mode(program) == 0o705
    assert mode(text) == 0o604
    assert mode(program.parent) == mode(text.parent) == 0o705


def test_leaves_alone_what_is_open(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    open_way_to(tmp_path / "data", STRANGER)

    assert open_way_to(tmp_path / "data", STRANGER) == []
