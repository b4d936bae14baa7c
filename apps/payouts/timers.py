"""What comes due of payouts."""

from django.utils.translation import gettext_lazy as _

from apps.payouts.models import Hold, HoldStatus
from apps.timers.registry import timer_of_rows, timers_register

timers_register(
    timer_of_rows(
        "hold",
        _("Holds to be released"),
        lambda: Hold.objects.filter(status=HoldStatus.OPEN),
        "release_at",
        tick="payouts.release_due_holds",
    )
)
