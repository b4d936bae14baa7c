"""The system user that PostgreSQL runs as when the launcher is root, and the way open to it.

PostgreSQL refuses to run as root. Its program lives in the virtual environment
and its files in the data folder, both possibly below a closed home folder.
"""

import grp
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from reviewconsole.launcher.errors import PathClosed, SystemAccountMissing

ACCOUNT_NAME = "reviewconsole"


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int
    groups: frozenset[int]


def postgres_account() -> Account | None:
    """Return the user to switch to, making it when it is missing; None when no switch is needed."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        _make_account()
        entry = pwd.getpwnam(ACCOUNT_NAME)
    groups = frozenset(group.gr_gid for group in grp.getgrall() if ACCOUNT_NAME in group.gr_mem) | {entry.pw_gid}
    return Account(ACCOUNT_NAME, entry.pw_uid, entry.pw_gid, groups)


def own_name() -> str:
    """Return the name of the user that this process runs as."""
    return pwd.getpwuid(os.geteuid()).pw_name


def open_way_to(folder: Path, account: Account) -> list[Path]:
    """Let `account` pass through every parent of `folder`; return those that were opened.

    Passing through is all that is granted: the parents still cannot be listed.
    """
    opened = []
    for parent in reversed(folder.parents):
        if _may(parent.stat(), account, stat.S_IXOTH):
            continue
        try:
            parent.chmod(stat.S_IMODE(parent.stat().st_mode) | _bits_for(parent.stat(), account, stat.S_IXOTH))
        except OSError as error:
            raise PathClosed(parent, account.name) from error
        opened.append(parent)
    return opened


def open_tree(folder: Path, account: Account) -> None:
    """Let `account` read what is below `folder`, which a strict umask may have closed to it."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        status = path.stat()
        wanted = stat.S_IROTH | (stat.S_IXOTH if status.st_mode & stat.S_IXUSR else 0)
        if not _may(status, account, wanted):
            path.chmod(stat.S_IMODE(status.st_mode) | _bits_for(status, account, wanted))


def _make_account() -> None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", ACCOUNT_NAME], check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise SystemAccountMissing(ACCOUNT_NAME, "there is no useradd") from error
    except subprocess.CalledProcessError as error:
        # 9: two first starts side by side, and the other one was first.
        if error.returncode != 9:
            raise SystemAccountMissing(ACCOUNT_NAME, error.stderr.strip()) from error


def _may(status: os.stat_result, account: Account, wanted: int) -> bool:
    bits = _bits_for(status, account, wanted)
    return status.st_mode & bits == bits


def _bits_for(status: os.stat_result, account: Account, wanted: int) -> int:
    """Shift permission bits for others to the class that `account` falls in, as the kernel does."""
    if status.st_uid == account.uid:
        return wanted << 6
    if status.st_gid in account.groups:
        return wanted << 3
    return wanted
