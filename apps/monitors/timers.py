"""What comes due of monitors."""

from django.utils.translation import gettext_lazy as _

from apps.monitors.models import Series
from apps.timers.registry import timer_of_rows, timers_register

timers_register(timer_of_rows("monitor", _("Monitors to be judged"), Series.objects.all, "judge_due_at"))
