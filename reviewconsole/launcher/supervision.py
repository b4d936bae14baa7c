"""supervisord with the programs of one installation.

It starts a program that died again at once, and one that keeps dying after a
pause that grows by a second each time. It never gives up.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from reviewconsole.launcher.errors import StepFailed
from reviewconsole.launcher.folder import control_dir
from reviewconsole.launcher.installation import BASE_DIR, Installation
from reviewconsole.launcher.processes import MARK, SUPERVISOR
from reviewconsole.launcher.programs import PROGRAMS, Program, ProgramName

DAEMON = """\
[supervisord]
nodaemon = true
logfile = {log}
silent = true
logfile_maxbytes = 5MB
logfile_backups = 2
pidfile = {pid}
user = {user}

[unix_http_server]
file = {socket}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

# A program that lives less than startsecs counts as failed, and the pause before the next try grows.
PROGRAM = """
[program:{name}]
command = {command}
environment = {mark}="{name}"
priority = {rank}
autostart = false
autorestart = true
startsecs = 10
startretries = 1000000
stopsignal = {stop_signal}
stopwaitsecs = {stop_seconds}
stopasgroup = false
killasgroup = true
redirect_stderr = true
stdout_logfile = {log}
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


@dataclass(frozen=True)
class Supervisor:
    process: subprocess.Popen[bytes]
    socket: Path

    @classmethod
    def begin(cls, installation: Installation, environment: dict[str, str]) -> "Supervisor":
        """Start supervisord with every program known and none running."""
        # The process number is added to this name while supervisord binds it, so it is short.
        socket = control_dir(installation) / "s.sock"
        socket.parent.mkdir(mode=0o700, exist_ok=True)
        socket.unlink(missing_ok=True)
        config = installation.run_dir / "supervisord.conf"
        config.write_text(configuration(installation, socket))
        output = installation.run_dir / "supervisord.out"
        with output.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(config)],
                cwd=BASE_DIR,
                env=environment | {MARK: SUPERVISOR},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                # A session of its own: Ctrl-C reaches the launcher alone, which stops everything in order.
                start_new_session=True,
            )
        supervisor = cls(process, socket)
        try:
            supervisor._wait_until_it_answers()
        except OSError as error:
            raise StepFailed("Starting the supervisor", output.read_text()[-2000:]) from error
        return supervisor

    def start(self, name: ProgramName) -> None:
        """Start a program and keep it alive from now on."""
        self._call("startProcess", name.value, False)

    def wait(self) -> None:
        """Return when supervisord is gone."""
        self.process.wait()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 15
        while True:
            try:
                self._call("getState")
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def _call(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{self.socket}")
        with ServerProxy("http://supervisor", transport) as server:
            try:
                return getattr(server.supervisor, method)(*arguments)
            except Fault as error:
                raise StepFailed(f"supervisord: {method}{arguments}", error.faultString) from error


def configuration(installation: Installation, socket: Path) -> str:
    """Return the text of supervisord's configuration file."""
    daemon = DAEMON.format(
        log=_escaped(installation.log_dir / "supervisor.log"),
        pid=_escaped(installation.run_dir / "supervisord.pid"),
        socket=_escaped(socket),
        user=os.geteuid(),
    )
    wanted = [program for program in PROGRAMS.values() if is_wanted(program.name, installation)]
    return daemon + "".join(_section(program, installation) for program in wanted)


def is_wanted(name: ProgramName, installation: Installation) -> bool:
    return name is not ProgramName.DATABASE or installation.database_url is None


def _section(program: Program, installation: Installation) -> str:
    return PROGRAM.format(
        name=program.name.value,
        command=_escaped(f'"{sys.executable}" -m reviewconsole.launcher.run {program.name.value}'),
        mark=MARK,
        rank=program.rank,
        stop_signal=program.stop_signal,
        stop_seconds=program.stop_seconds,
        log=_escaped(installation.log_dir / f"{program.name.value}.log"),
    )


def _escaped(value: object) -> str:
    return str(value).replace("%", "%%")
