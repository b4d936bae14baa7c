"""What comes due of notices."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.clients.models import ApiKey
from apps.notifications.services.send import chats_due, mails_due
from apps.timers.registry import timer_of_rows, timers_register

timers_register(
    timer_of_rows("mail", _("Mails to be sent"), mails_due, "due_at", tick="notifications.send_due_mails"),
    timer_of_rows(
        "key",
        _("API keys that end"),
        lambda: ApiKey.objects.filter(notice_due_at__isnull=False),
        "notice_due_at",
        tick="notifications.tell_ending_keys",
        # Looked at twice a minute.
        bound=timedelta(minutes=2),
    ),
    timer_of_rows("chat", _("Messages to chats"), chats_due, "due_at", tick="notifications.send_due_chats"),
)
