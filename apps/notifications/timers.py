"""What comes due of notices."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.services.send import chats_due, mails_due
from apps.timers.registry import timer_of_rows, timers_register

timers_register(
    timer_of_rows("mail", _("Mails to be sent"), mails_due, "due_at", tick="notifications.send_due_mails"),
    timer_of_rows("chat", _("Messages to chats"), chats_due, "due_at", tick="notifications.send_due_chats"),
)
