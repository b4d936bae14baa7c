"""Endpoints of webhooks, as rows of a list and one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.console import wording
from apps.console.presenters.marks import State
from apps.console.presenters.webhook_words import counted, endpoint_state, failure_words, state_reason, took
from apps.webhooks.models import EndpointHour, EndpointStatus, WebhookEndpoint
from apps.webhooks.overviews import Overview

_HOURS = 24
_BAR_HEIGHT = 36
_BAR_STEP = 10


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint and how it fares; words are empty where there is nothing to say. `tone` is of the share."""

    endpoint_id: str
    version: int
    url: str
    description: str
    client: str
    types: list[str]
    is_enabled: bool
    state: State
    reason: str
    tries: str
    share: str
    share_percent: int
    tone: str
    latency: str
    slowest: str
    failure: str
    failed_at: datetime | None
    waiting: str
    retrying: str
    oldest: str
    dead: str
    previous_secret_until: datetime | None
    created_at: datetime


@dataclass(frozen=True)
class HourBar:
    """One hour in the picture of the last day: what was taken stands on what failed."""

    x: int
    done_y: int
    done_height: int
    failed_y: int
    failed_height: int
    words: str


def endpoint_row(endpoint: WebhookEndpoint, overview: Overview, *, now: datetime) -> EndpointRow:
    """Write an endpoint out; counts are empty strings where they are nought."""
    tries = overview.done + overview.failed
    share = overview.done / tries if tries else 0.0
    oldest = overview.oldest_waiting_at
    previous = endpoint.previous_secret_until
    return EndpointRow(
        endpoint_id=endpoint.pk,
        version=endpoint.version,
        url=endpoint.url,
        description=endpoint.description,
        client=endpoint.client.name,
        types=endpoint.event_types,
        is_enabled=endpoint.status == EndpointStatus.ENABLED,
        state=endpoint_state(endpoint, overview, now),
        reason=state_reason(endpoint, now),
        tries=f"{tries:,}" if tries else "",
        share=_share_words(overview.done, tries),
        share_percent=int(100 * share),
        tone="good" if share >= 0.99 else "warn" if share >= 0.9 else "bad",
        latency=took(round(overview.duration_ms / tries)) if tries else "",
        slowest=took(overview.slowest_ms) if tries else "",
        failure=failure_words(overview.failed_status_code, overview.failed_error) if overview.failed_at else "",
        failed_at=overview.failed_at,
        waiting=counted(overview.waiting) if overview.waiting else "",
        retrying=counted(overview.retrying) if overview.retrying else "",
        oldest=wording.duration(now - oldest) if oldest is not None else "",
        dead=counted(overview.dead) if overview.dead else "",
        previous_secret_until=previous if previous is not None and previous > now else None,
        created_at=endpoint.created_at,
    )


def hour_bars(hours: Sequence[EndpointHour], *, now: datetime) -> list[HourBar]:
    """Draw the last day, the present hour last; the highest bar fills the picture."""
    known = {each.hour: each for each in hours}
    most = max((each.done + each.failed for each in hours), default=0)
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    begins = [this_hour - timedelta(hours=ago) for ago in reversed(range(_HOURS))]
    return [_bar(place, begin, known[begin], most) for place, begin in enumerate(begins) if begin in known]


def _bar(place: int, begin: datetime, hour: EndpointHour, most: int) -> HourBar:
    # Whatever happened is seen, be it ever so little.
    failed = max(2, round(_BAR_HEIGHT * hour.failed / most)) if hour.failed else 0
    done = max(2, round(_BAR_HEIGHT * hour.done / most)) if hour.done else 0
    done = min(done, _BAR_HEIGHT - failed)
    words = _("%(time)s: %(done)s taken, %(failed)s failed") % {
        "time": wording.written_moment(timezone.localtime(begin), "clock"),
        "done": f"{hour.done:,}",
        "failed": f"{hour.failed:,}",
    }
    return HourBar(place * _BAR_STEP, _BAR_HEIGHT - failed - done, done, _BAR_HEIGHT - failed, failed, words)


def _share_words(done: int, tries: int) -> str:
    """Write a share so that one failure in a million never reads as all."""
    if not tries:
        return ""
    if done == tries:
        return "100%"
    return f"{min(99.9, int(1000 * done / tries) / 10):.1f}%"
