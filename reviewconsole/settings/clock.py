"""Celery is the clock: it ticks, and tasks ask the database for due rows.

Nothing durable lives in the broker: losing all of it loses no work, so the
embedded installation uses kombu's filesystem transport.
"""

from typing import Any

from kombu import Queue

from reviewconsole.settings.environment import DATA_DIR, env

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "filesystem://")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {}
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker" / "queue"),
        "data_folder_out": str(DATA_DIR / "broker" / "queue"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "store_processed": False,
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
elif CELERY_BROKER_URL.startswith(("redis", "rediss")):
    # Far above every time limit: a task that still runs is never handed out twice.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
elif CELERY_BROKER_URL.startswith(("amqp", "pyamqp")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}

CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# A worker that is told to stop finishes what it is in; what it could not is handed out again.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20.0
# What waits for other people's servers, and what takes long, has queues and workers of its own: no timer waits.
CLOCK_QUEUE, DELIVERIES_QUEUE, MAIL_QUEUE, HEAVY_QUEUE = QUEUES = ("celery", "deliveries", "mail", "heavy")
# A queue of RabbitMQ is copied to the other nodes of its cluster; the other brokers know nothing of kinds.
_OF_KIND = {"x-queue-type": "quorum"} if CELERY_BROKER_URL.startswith(("amqp", "pyamqp")) else None
CELERY_TASK_QUEUES = [Queue(name, routing_key=name, queue_arguments=_OF_KIND) for name in QUEUES]
CELERY_TASK_DEFAULT_QUEUE = CLOCK_QUEUE
_AT_LEISURE = (
    "rings.search_due risk.count_shops risk.measure_base_rates risk.forget_old_claims trials.advance_backtests"
    " api.forget_old_idempotency_keys webhooks.forget_old_deliveries monitors.forget_old_trade reviews.forget_old_work"
    " attachments.forget_unused_files timers.forget_old_lateness"
).split()
CELERY_TASK_ROUTES = {
    "webhooks.send_due_deliveries": {"queue": DELIVERIES_QUEUE},
    "reviews.run_due_checks": {"queue": DELIVERIES_QUEUE},
    "notifications.send_due_mails": {"queue": MAIL_QUEUE},
    "notifications.send_due_chats": {"queue": MAIL_QUEUE},
    **{name: {"queue": HEAVY_QUEUE} for name in _AT_LEISURE},
}

# A tick that nobody took in time is worthless: the next one finds the same due rows (see `reviewconsole.celery`).
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": seconds}
    for name, task, seconds in [
        ("release due holds", "payouts.release_due_holds", 1.0),
        ("send due deliveries", "webhooks.send_due_deliveries", 1.0),
        ("settle decisions", "reviews.settle_decisions", 1.0),
        ("take steps before deadlines", "reviews.take_steps", 5.0),
        ("expire leases", "reviews.expire_leases", 5.0),
        ("recall confirmed rings", "reviews.recall_confirmed_rings", 2.0),
        ("recall what became doubtful", "reviews.recall_adverse", 2.0),
        ("expire information requests", "reviews.expire_information_requests", 30.0),
        ("run due verification checks", "reviews.run_due_checks", 5.0),
        ("tell of ending keys", "notifications.tell_ending_keys", 30.0),
        ("watch lateness", "reviews.watch_lateness", 30.0),
        ("count shops", "risk.count_shops", 30.0),
        ("measure base rates", "risk.measure_base_rates", 600.0),
        ("forget old claims", "risk.forget_old_claims", 600.0),
        ("advance backtests", "trials.advance_backtests", 5.0),
        ("follow the trade", "monitors.follow_trade", 5.0),
        ("send due mails", "notifications.send_due_mails", 5.0),
        ("send due messages to chats", "notifications.send_due_chats", 5.0),
        ("search for rings", "rings.search_due", 60.0),
        ("forget old idempotency keys", "api.forget_old_idempotency_keys", 3600.0),
        ("forget old deliveries", "webhooks.forget_old_deliveries", 3600.0),
        ("forget old lateness", "timers.forget_old_lateness", 3600.0),
        ("forget old trade", "monitors.forget_old_trade", 3600.0),
        ("forget old work at cases", "reviews.forget_old_work", 3600.0),
        ("forget unused files", "attachments.forget_unused_files", 3600.0),
    ]
}
# By which /readyz knows that somebody works off each queue.
CELERY_BEAT_SCHEDULE |= {
    f"pulse of {queue}": {
        "task": "timers.pulse",
        "schedule": 10.0,
        "args": [queue],
        "options": {"queue": queue},
    }
    for queue in QUEUES
}
