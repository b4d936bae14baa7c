"""Searching again where something new was told."""

from dataclasses import asdict
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from apps.clients.models import ApiClient
from apps.common.locks import try_lock
from apps.rings.kinds import Kind
from apps.rings.models import RingWatermark
from apps.rings.selectors.watermarks import has_news, tops
from apps.rings.services.detect import SEARCHING_LOCKS, Report, rings_detect

# What moved earlier is left to `manage.py detect_rings`: whoever acts together now did so within a year.
WINDOW = timedelta(days=365)
# Searched even where nothing new stands above the mark: a row may have been written below it by a transaction that was
# open when the mark was set, and refunds are decided on.
WHOLE_EVERY = timedelta(days=1)
LEAST_PAUSE, AFTER_FAILURE = timedelta(minutes=5), timedelta(hours=1)
# A client's searches take no more than a tenth of one process, however much it tells.
PAUSE_FOR_EACH_SECOND = 10
# No client has this number; the lock says that a search runs for any of them.
_SEARCHING_ANY = SEARCHING_LOCKS << 48 | ((1 << 48) - 1)


def rings_search_due(*, now: datetime) -> Report | None:
    """Search the client that has waited longest of those that told something new or were not searched for a day.

    None where there is none, or while another search runs: one at a time in
    the whole installation, so that the other processes are free for the timers.
    """
    with transaction.atomic():
        if not try_lock(_SEARCHING_ANY):
            return None
        _mark_newcomers(now)
        client = _first_with_news(now)
    return None if client is None else rings_search(client, now=now)


@transaction.atomic
def rings_search(client: ApiClient, *, now: datetime) -> Report | None:
    """Search what moved within the window; None while another search runs.

    The mark moves in the transaction that writes the rings: what is cut off
    leaves both as they were.
    """
    if not try_lock(_SEARCHING_ANY):
        return None
    begun, newest = monotonic(), asdict(tops())
    report = rings_detect(client, kinds=list(Kind), since=now - WINDOW, now=now)
    if report is None:
        return None
    took = timedelta(seconds=monotonic() - begun)
    due_at = now + took + max(LEAST_PAUSE, took * PAUSE_FOR_EACH_SECOND)
    RingWatermark.objects.update_or_create(client=client, defaults=newest | {"searched_at": now, "due_at": due_at})
    return report


def _mark_newcomers(now: datetime) -> None:
    newcomers = ApiClient.objects.filter(is_active=True).exclude(pk__in=RingWatermark.objects.values("client"))
    marks = [RingWatermark(client=client, due_at=now) for client in newcomers.order_by("pk")]
    RingWatermark.objects.bulk_create(marks, ignore_conflicts=True)


def _first_with_news(now: datetime) -> ApiClient | None:
    """Take a client on, its next turn set as if the search failed; marks of those without news follow the newest rows.

    Else an idle client's mark would lie ever further below what others tell.
    """
    newest = asdict(tops())
    due = RingWatermark.objects.filter(due_at__lte=now, client__is_active=True)
    for watermark in due.select_related("client").order_by("due_at", "pk"):
        is_old = watermark.searched_at is None or watermark.searched_at <= now - WHOLE_EVERY
        if is_old or has_news(watermark):
            RingWatermark.objects.filter(pk=watermark.pk).update(due_at=now + AFTER_FAILURE)
            return watermark.client
        RingWatermark.objects.filter(pk=watermark.pk).update(**newest)
    return None
