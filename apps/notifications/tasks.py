"""Ticks of the notifications app."""

from celery import shared_task

from apps.common.locks import alone
from apps.notifications.services.keys import keys_tell_due
from apps.notifications.services.send import chats_send_due, mails_send_due
from apps.timers.clock import database_now

# "MA" and "CH" in the top 16 bits: kinds of locks of their own.
MAIL_LOCK, CHAT_LOCK = 0x4D41 << 48, 0x4348 << 48


@shared_task(name="notifications.send_due_mails")
def send_due_mails() -> int:
    """Send what people want to be told by mail. One run at a time: a mail server that hangs holds up one process."""
    with alone(MAIL_LOCK) as is_ours:
        return mails_send_due(now=database_now()) if is_ours else 0


@shared_task(name="notifications.send_due_chats")
def send_due_chats() -> int:
    """Send what people want to be told in their chats, one run at a time, beside the mails."""
    with alone(CHAT_LOCK) as is_ours:
        return chats_send_due(now=database_now()) if is_ours else 0


@shared_task(name="notifications.tell_ending_keys")
def tell_ending_keys() -> int:
    """Tell supervisors of API keys that end."""
    return keys_tell_due(now=database_now())
