"""Supervisors are told of API keys that end: a week before, a day before, and when they did."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext, ngettext

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.clients.expiry import next_notice
from apps.clients.models import ApiKey
from apps.common.actors import system
from apps.notifications.models import NoticeKind
from apps.notifications.services.tell import Receiver, in_each_language, people_tell
from apps.staff.selectors import supervisors
from apps.timers.services import work_off

CLOCK = system("key timer")


def keys_tell_due(*, now: datetime, limit: int = 200) -> int:
    """Tell of keys that end or ended, the earliest first; returns of how many."""
    keys = ApiKey.objects.filter(notice_due_at__isnull=False)
    return work_off("key", keys, lambda key_id: _tell(key_id, now), at="notice_due_at", now=now, limit=limit)


@transaction.atomic
def _tell(key_id: int, now: datetime) -> bool:
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("client").get(pk=key_id)
    due = key.notice_due_at
    if due is None or due > now:
        return False
    key.notice_due_at = next_notice(key.expires_at, now) if key.revoked_at is None else None
    key.save(update_fields=["notice_due_at"])
    if key.revoked_at is not None or key.expires_at is None:
        return False
    if key.expires_at <= now:
        audit_record(Action.KEY_EXPIRED, actor=CLOCK, now=now, subject=key.beginning)
    people_tell(
        [Receiver(person.pk) for person in supervisors()],
        kind=NoticeKind.SYSTEM,
        about=f"key {key.pk} {due:%Y-%m-%dT%H:%M}",
        words=in_each_language(partial(_words, key, key.expires_at - now)),
        path=f"/clients/{key.client_id}/",
        now=now,
    )
    return True


def _words(key: ApiKey, left: timedelta) -> dict[str, str]:
    names = {"client": key.client.name, "key": str(key)}
    if left <= timedelta():
        return {
            "title": gettext("An API key of %(client)s ended") % names,
            "text": gettext("%(key)s is refused from now on.") % names,
        }
    days = max(1, round(left / timedelta(days=1)))
    return {
        "title": gettext("An API key of %(client)s ends soon") % names,
        "text": ngettext(
            "%(key)s ends in %(days)s day; make the next one before.",
            "%(key)s ends in %(days)s days; make the next one before.",
            days,
        )
        % {**names, "days": days},
    }
