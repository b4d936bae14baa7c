"""Where a person wants to be told what, and when they want to be left alone."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.common.errors import Invalid
from apps.console.permissions import actor_of, person_of, signed_in
from apps.console.presenters.queue_filters import Option, options
from apps.notifications.models import Channel, NoticeKind, When
from apps.notifications.selectors import channels_of, rest_of, wishes_of
from apps.notifications.services.choose import (
    MOST_CHANNELS,
    channel_add,
    channel_end,
    channel_try,
    rest_save,
    wishes_save,
)
from apps.notifications.services.tell import usually
from apps.notifications.timing import USUAL_DIGEST
from apps.staff.models import Person

# What chats call themselves, by apprise's schemes.
SERVICES = {
    "dingtalk": "DingTalk 钉钉",
    "feishu": "Feishu 飞书",
    "lark": "Lark",
    "wecombot": "WeCom 企业微信",
    "slack": "Slack",
    "msteams": "Microsoft Teams",
    "workflows": "Microsoft Teams (Workflows)",
}
# Told to supervisors alone.
_FOR_SUPERVISORS = (NoticeKind.ALERT, NoticeKind.SYSTEM)


@dataclass(frozen=True)
class WishField:
    """When one kind is wanted in one place; without options nothing is to be chosen there, and `says` why."""

    name: str
    label: str
    options: list[Option]
    says: str = ""


@dataclass(frozen=True)
class KindRow:
    """One kind of notice, with a field for mail and each chat."""

    label: str
    fields: list[WishField]


@dataclass(frozen=True)
class ChatRow:
    """One chat."""

    channel_id: int
    label: str
    service: str
    failing_since: datetime | None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def told_where(request: HttpRequest) -> HttpResponse:
    """Show, or keep, when this person wants which kind where."""
    person = person_of(request)
    channels = channels_of(person)
    if request.method == "POST":
        sent = {
            (kind, channel): request.POST.get(_name(kind, channel), "")
            for kind in NoticeKind
            for channel in (None, *(each.pk for each in channels))
        }
        wishes_save(person=person, wishes={place: When(when) for place, when in sent.items() if when in When.values})
        messages.success(request, _("Saved."))
        return redirect("console:told_where")
    return _show(request, channels)


@signed_in
@require_POST
def hours(request: HttpRequest) -> HttpResponse:
    """Keep quiet hours and the times of digests."""
    try:
        rest_save(
            person=person_of(request),
            quiet_from=request.POST.get("quiet_from", "")[:10],
            quiet_until=request.POST.get("quiet_until", "")[:10],
            digests=request.POST.get("digests", "")[:100],
        )
    except Invalid as refusal:
        messages.warning(request, refusal.detail)
    else:
        messages.success(request, _("Saved."))
    return redirect("console:told_where")


@signed_in
@require_POST
def chat_add(request: HttpRequest) -> HttpResponse:
    """Add a chat, and send a first message there."""
    person, now = person_of(request), timezone.now()
    try:
        channel = channel_add(
            person=person,
            label=request.POST.get("label", ""),
            address=request.POST.get("address", ""),
            secret=request.POST.get("secret", ""),
            actor=actor_of(request),
            now=now,
        )
    except Invalid as refusal:
        messages.warning(request, refusal.detail)
    else:
        channel_try(channel.pk, person=person, now=now)
        messages.success(request, _("Added; a first message is on its way. Choose above what is to come there."))
    return redirect("console:told_where")


@signed_in
@require_POST
def chat_try(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Send a message to a chat."""
    channel_try(channel_id, person=person_of(request), now=timezone.now())
    messages.success(request, _("A message is on its way; the list of what you were told says what became of it."))
    return redirect("console:told_where")


@signed_in
@require_POST
def chat_end(request: HttpRequest, channel_id: int) -> HttpResponse:
    """End a chat."""
    channel_end(channel_id, person=person_of(request), actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Ended; nothing is sent there any more."))
    return redirect("console:told_where")


def _show(request: HttpRequest, channels: list[Channel]) -> HttpResponse:
    person = person_of(request)
    rest = rest_of(person)
    context = {
        "rows": _rows(person, channels),
        "places": [_("Mail"), *(channel.label for channel in channels)],
        "chats": [ChatRow(each.pk, each.label, each.service, each.failing_since) for each in channels],
        "may_add": settings.REVIEWCONSOLE_CHATS and len(channels) < MOST_CHANNELS,
        "services": [SERVICES.get(scheme, scheme) for scheme in settings.REVIEWCONSOLE_CHATS],
        "sends_mail": settings.REVIEWCONSOLE_SENDS_MAIL,
        "quiet_from": _time(rest.quiet_from) if rest is not None else "",
        "quiet_until": _time(rest.quiet_until) if rest is not None else "",
        "digests": ", ".join(_time(minute) for minute in ((rest and rest.digests_at) or USUAL_DIGEST)),
        "address": person.email,
        "zone": person.time_zone,
    }
    return render(request, "console/told_where.html", context)


def _rows(person: Person, channels: list[Channel]) -> list[KindRow]:
    wishes = wishes_of(person)
    rows = []
    for kind in NoticeKind:
        if kind in _FOR_SUPERVISORS and not person.is_supervisor:
            continue
        fields = []
        for channel in (None, *channels):
            key, place = (channel.pk, channel.label) if channel is not None else (None, _("Mail"))
            label, name = f"{kind.label}: {place}", _name(kind, key)
            if channel is None and kind is NoticeKind.ALERT:
                fields.append(WishField(name, label, [], _("as you subscribed")))
                continue
            if channel is None and not (settings.REVIEWCONSOLE_SENDS_MAIL and person.email):
                fields.append(WishField(name, label, [], "–"))
                continue
            usual = usually(kind, asked=False) if channel is None else When.NEVER
            chosen = wishes.get((kind, key), usual)
            fields.append(WishField(name, label, options(list(When.choices), chosen.value)))
        rows.append(KindRow(str(kind.label), fields))
    return rows


def _name(kind: NoticeKind, channel: int | None) -> str:
    return f"{kind.value}-{channel or 'mail'}"


def _time(minute: int | None) -> str:
    return "" if minute is None else f"{minute // 60:02}:{minute % 60:02}"
