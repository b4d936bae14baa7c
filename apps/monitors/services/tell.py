"""Telling those who subscribed."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from apps.monitors.models import Alert, Severity, Subscription
from apps.monitors.sentences import alert_words
from apps.notifications.models import NoticeKind
from apps.notifications.services.tell import Receiver, people_tell
from apps.staff.models import SUPERVISING


def alert_tell(alert: Alert, *, now: datetime) -> None:
    """Tell an alert, as grave as it is, to those who subscribed to it. Call inside the transaction that raises it."""
    series = alert.series
    wanted = Subscription.objects.filter(
        Q(client__isnull=True) | Q(client=series.client_id),
        Q(dimension="") | Q(dimension=series.dimension),
        person__is_active=True,
        person__role__in=SUPERVISING,
    )
    if alert.severity != Severity.GRAVE:
        wanted = wanted.filter(only_grave=False)
    by_mail: dict[int, bool] = {}
    for subscription in wanted.order_by("pk"):
        by_mail[subscription.person_id] = subscription.by_mail or by_mail.get(subscription.person_id, False)
    people_tell(
        [Receiver(person_id, is_by_mail) for person_id, is_by_mail in by_mail.items()],
        kind=NoticeKind.ALERT,
        about=f"{alert.pk}:{alert.severity}",
        words={language: alert_words(alert, language) for language, _name in settings.LANGUAGES},
        path=reverse("console:alert", args=[alert.pk]),
        now=now,
    )
