"""Become one of the programs: `python -m reviewconsole.launcher.run web|worker|sender|helper|beat|database`.

What the supervisor starts, and what the containers start. First ends what an
earlier process of that name left behind when it was killed: children of a web
server or worker outlive it and would hold its port or its tasks.
"""

import os
import signal
import sys

from reviewconsole.launcher import processes
from reviewconsole.launcher.account import Account
from reviewconsole.launcher.embedded import embedded_cluster
from reviewconsole.launcher.folder import fresh_measurements, make_rooms
from reviewconsole.launcher.installation import Installation
from reviewconsole.launcher.programs import (
    ProgramName,
    beat_command,
    helper_command,
    sender_command,
    web_command,
    worker_command,
)

COMMANDS = {
    ProgramName.WEB: web_command,
    ProgramName.WORKER: worker_command,
    ProgramName.SENDER: sender_command,
    ProgramName.HELPER: helper_command,
    ProgramName.BEAT: beat_command,
}


def become(name: ProgramName, installation: Installation) -> None:
    """Replace this process; never returns."""
    make_rooms(installation)
    processes.end(processes.of_data_dir(installation.data_dir, name), signal.SIGKILL, 10)
    if name is ProgramName.DATABASE:
        cluster = embedded_cluster(installation)
        processes.stop_cluster(cluster.folder)
        # Again at each start: somebody may have closed a parent folder since.
        cluster.open_way()
        if cluster.account:
            _switch_to(cluster.account)
        command = cluster.server_command()
    else:
        if name is ProgramName.WEB:
            # The processes of one web server add up what they count; those of the last one count no more.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(fresh_measurements(installation))
        command = COMMANDS[name](installation)
    os.execv(command[0], command)  # noqa: S606 (no shell is wanted)


def _switch_to(account: Account) -> None:
    os.setgroups(sorted(account.groups))
    os.setgid(account.gid)
    os.setuid(account.uid)


if __name__ == "__main__":
    become(ProgramName(sys.argv[1]), Installation.from_environment())
