"""Which worker does what."""

from pathlib import Path

import pytest

from reviewconsole import celery_application
from reviewconsole.launcher.installation import Installation
from reviewconsole.launcher.programs import helper_command, sender_command, worker_command
from reviewconsole.settings.clock import CELERY_BEAT_SCHEDULE, CLOCK_QUEUE, DELIVERIES_QUEUE, HEAVY_QUEUE, MAIL_QUEUE

# What waits for other people's servers: receivers and the operator's verification service, mail servers.
SENDING = {"webhooks.send_due_deliveries", "reviews.run_due_checks"}
MAILING = {"notifications.send_due_mails", "notifications.send_due_chats"}
# What a promise waits for: these keep a queue of their own.
TIMERS = {
    "payouts.release_due_holds",
    "reviews.settle_decisions",
    "reviews.expire_leases",
    "reviews.take_steps",
    "reviews.recall_adverse",
    "reviews.recall_confirmed_rings",
    "reviews.expire_information_requests",
    "reviews.watch_lateness",
    "notifications.tell_ending_keys",
    "monitors.follow_trade",
}


def queue_of(task: str) -> str:
    route = celery_application.amqp.router.route({}, task)
    name: str = route["queue"].name
    return name


def consumed(command: list[str]) -> str:
    return command[command.index("--queues") + 1]


TASKS = sorted({entry["task"] for entry in CELERY_BEAT_SCHEDULE.values()} - {"timers.pulse"})


@pytest.mark.parametrize("task", TASKS)
def test_lets_no_timer_wait_behind_anything_else(task: str) -> None:
    expected = {**dict.fromkeys(SENDING, DELIVERIES_QUEUE), **dict.fromkeys(MAILING, MAIL_QUEUE)}
    expected |= dict.fromkeys(TIMERS, CLOCK_QUEUE)
    assert queue_of(task) == expected.get(task, HEAVY_QUEUE)


def test_has_a_worker_for_each_queue(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "127.0.0.1", 8000, with_demo=True, database_url=None)

    assert consumed(worker_command(installation)) == CLOCK_QUEUE
    assert consumed(sender_command(installation)) == f"{DELIVERIES_QUEUE},{MAIL_QUEUE}"
    assert consumed(helper_command(installation)) == HEAVY_QUEUE


def test_tells_the_workers_apart_by_name(tmp_path: Path) -> None:
    installation = Installation(tmp_path, "127.0.0.1", 8000, with_demo=True, database_url=None)
    commands = [worker_command(installation), sender_command(installation), helper_command(installation)]

    names = [command[command.index("--hostname") + 1] for command in commands]
    assert names == ["celery@%h", "sender@%h", "helper@%h"]
