"""Which worker does what."""

from pathlib import Path

import pytest

from reviewconsole import celery_application
from reviewconsole.launcher.installation import Installation
from reviewconsole.launcher.programs import sender_command, worker_command
from reviewconsole.settings.clock import CELERY_BEAT_SCHEDULE, CLOCK_QUEUE, DELIVERIES_QUEUE

# What waits for other people's servers: receivers, mail servers, the operator's verification service.
SENDING = {"webhooks.send_due_deliveries", "notifications.send_due_mails", "reviews.run_due_checks"}


def queue_of(task: str) -> str:
    route = celery_application.amqp.router.route({}, task)
    name: str = route["queue"].name
    return name


def consumed(command: list[str]) -> str:
    return command[command.index("--queues") + 1]


@pytest.mark.parametrize("task", sorted(entry["task"] for entry in CELERY_BEAT_SCHEDULE.values()))
def test_lets_no_timer_wait_behind_somebodys_server(task: str) -> None:
    assert queue_of(task) == (DELIVERIES_QUEUE if task in SENDING else CLOCK_QUEUE)


def test_has_a_worker_for_either_queue(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "127.0.0.1", 8000, with_demo=True, database_url=None)

    assert consumed(worker_command(installation)) == CLOCK_QUEUE
    assert consumed(sender_command(installation)) == DELIVERIES_QUEUE


def test_tells_the_two_workers_apart_by_name(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "127.0.0.1", 8000, with_demo=True, database_url=None)
    commands = [worker_command(installation), sender_command(installation)]

    names = [command[command.index("--hostname") + 1] for command in commands]
    assert names == ["celery@%h", "sender@%h"]
