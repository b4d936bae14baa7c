"""Supervisors are told when due work is late beyond its bound, once an hour for each kind as long as it lasts."""

from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from apps.notifications.models import NoticeKind
from apps.notifications.services.tell import Receiver, in_each_language, people_tell
from apps.staff.selectors import supervisors
from apps.timers.registry import Timer, lags, timers
from apps.timers.selectors import failing_counts

PATH = "/timers/"


def lateness_watch(*, now: datetime) -> int:
    """Tell supervisors what is late, and what was put aside; returns how many kinds."""
    late, counts = lags(now), failing_counts()
    receivers = [Receiver(person.pk) for person in supervisors()]
    told = 0
    for timer in timers():
        _failing, aside = counts.get(timer.kind, (0, 0))
        if late[timer.kind] > timer.bound:
            people_tell(
                receivers,
                kind=NoticeKind.SYSTEM,
                about=f"timer {timer.kind} late {now:%Y-%m-%d %H}",
                words=in_each_language(partial(_late_words, timer, round(late[timer.kind].total_seconds() / 60))),
                path=PATH,
                now=now,
            )
            told += 1
        if aside:
            people_tell(
                receivers,
                kind=NoticeKind.SYSTEM,
                about=f"timer {timer.kind} aside {aside} {now:%Y-%m-%d}",
                words=in_each_language(partial(_aside_words, timer, aside)),
                path=PATH,
                now=now,
            )
            told += 1
    return told


def _late_words(timer: Timer, minutes: int) -> dict[str, str]:
    return {
        "title": _("Due work is late: %(kind)s") % {"kind": timer.label},
        "text": _("The longest waiting piece has been due for %(minutes)s min.") % {"minutes": minutes},
    }


def _aside_words(timer: Timer, aside: int) -> dict[str, str]:
    return {
        "title": _("Due work was put aside: %(kind)s") % {"kind": timer.label},
        "text": _("Failed again and again: %(count)s. Somebody has to look.") % {"count": aside},
    }
