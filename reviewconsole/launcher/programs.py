"""What runs side by side, and how each is started and stopped."""

import os
import sys
from dataclasses import dataclass
from enum import StrEnum

from reviewconsole.launcher.installation import Installation


class ProgramName(StrEnum):
    DATABASE = "database"
    WEB = "web"
    WORKER = "worker"
    SENDER = "sender"
    HELPER = "helper"
    BEAT = "beat"


@dataclass(frozen=True)
class Program:
    """`rank` orders the start (low first) and the stop (low last)."""

    name: ProgramName
    rank: int
    stop_signal: str
    stop_seconds: int


PROGRAMS = {
    # INT is PostgreSQL's fast shutdown: no new connections, open ones ended, a checkpoint, no recovery next time.
    ProgramName.DATABASE: Program(ProgramName.DATABASE, 10, "INT", 60),
    ProgramName.WEB: Program(ProgramName.WEB, 20, "TERM", 15),
    # A worker finishes the task it is in. One that takes longer is done again later: due rows wait.
    ProgramName.WORKER: Program(ProgramName.WORKER, 30, "TERM", 30),
    ProgramName.SENDER: Program(ProgramName.SENDER, 35, "TERM", 30),
    ProgramName.HELPER: Program(ProgramName.HELPER, 37, "TERM", 30),
    ProgramName.BEAT: Program(ProgramName.BEAT, 40, "TERM", 10),
}


def web_command(installation: Installation) -> list[str]:
    """Two processes share the cores; threads cover the time that requests wait for PostgreSQL."""
    return [
        *_module("granian"),
        *("--interface", "wsgi", "--host", installation.host, "--port", str(installation.port)),
        *("--workers", os.environ.get("REVIEWCONSOLE_WEB_PROCESSES", "2")),
        *("--blocking-threads", os.environ.get("REVIEWCONSOLE_WEB_THREADS", "4")),
        *("--backpressure", "64", "--no-ws", "--respawn-failed-workers", "--workers-kill-timeout", "10"),
        "reviewconsole.wsgi:application",
    ]


def worker_command(_installation: Installation) -> list[str]:
    """The timers, which never wait for anybody outside."""
    return _worker("celery", queue="celery", processes=os.environ.get("REVIEWCONSOLE_WORKER_PROCESSES", "2"))


def sender_command(_installation: Installation) -> list[str]:
    """Webhooks and mails. One run of mails goes on at a time, so that a mail server that hangs leaves webhooks two.

    Of those one sends while the other waits for the last answers of its own run.
    """
    return _worker("sender", queue="deliveries,mail", processes=os.environ.get("REVIEWCONSOLE_SENDER_PROCESSES", "3"))


def helper_command(_installation: Installation) -> list[str]:
    """What takes long and nobody waits for: searches for rings, base rates, backtests, forgetting."""
    return _worker("helper", queue="heavy", processes=os.environ.get("REVIEWCONSOLE_HELPER_PROCESSES", "1"))


def beat_command(installation: Installation) -> list[str]:
    """No pid file: after a kill it would only stand in the way. Of several beats one leads, by a database lock."""
    schedule = str(installation.run_dir / "beat-schedule")
    return [*_celery("beat"), "--scheduler", "reviewconsole.beat:Scheduler", "--pidfile", "", "--schedule", schedule]


def _worker(name: str, *, queue: str, processes: str) -> list[str]:
    """Gossip, mingle and heartbeat are talk between workers, who have nothing to say to each other."""
    return [
        *_celery("worker"),
        *("--hostname", f"{name}@%h", "--queues", queue, "--concurrency", processes),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def _celery(command: str) -> list[str]:
    level = os.environ.get("REVIEWCONSOLE_LOG_LEVEL", "INFO")
    return [*_module("celery"), "--app", "reviewconsole:celery_application", command, "--loglevel", level]


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]
