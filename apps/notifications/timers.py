"""What comes due of notices."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.models import Notice
from apps.timers.registry import timer_of_rows, timers_register

timers_register(timer_of_rows("mail", _("Mails to be sent"), Notice.objects.all, "mail_due_at"))
