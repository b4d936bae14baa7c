"""What supervisors do about webhooks. Each is recorded; a refusal shows the page again with what stood in the way."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.common.actors import Actor
from apps.common.errors import NotFound, Refusal
from apps.console.forms import local_moment, row_number
from apps.console.notices import Notice, notice_of
from apps.console.permissions import actor_of, signed_in, supervisors_only
from apps.console.views.webhooks import show_delivery, show_endpoint
from apps.webhooks.models import EndpointStatus, WebhookEndpoint
from apps.webhooks.overviews import delivery_shown, endpoint_shown
from apps.webhooks.services.endpoints import EndpointChanges, endpoint_change
from apps.webhooks.services.replay import (
    ReplayRange,
    deliveries_replay,
    deliveries_revive,
    delivery_redeliver,
    endpoint_test,
)
from apps.webhooks.services.secrets import secret_rotate

LONGEST_EVENT_ID = 40

# Does it, and says what was done.
Deed = Callable[[WebhookEndpoint, Actor, datetime], str]


@signed_in
@supervisors_only
@require_POST
def ping(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Send a test ping."""

    def deed(shown: WebhookEndpoint, actor: Actor, now: datetime) -> str:
        endpoint_test(shown.pk, client_id=shown.client_id, actor=actor, now=now)
        return _("The test ping is on its way. Its result stands first in the list.")

    return _act(request, endpoint_id, deed)


@signed_in
@supervisors_only
@require_POST
def switch(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Disable or enable, whichever the button said."""
    status = EndpointStatus.ENABLED if request.POST.get("to") == EndpointStatus.ENABLED else EndpointStatus.DISABLED

    def deed(shown: WebhookEndpoint, actor: Actor, now: datetime) -> str:
        wanted, version = EndpointChanges(status=status), _version(request)
        endpoint_change(shown.pk, client_id=shown.client_id, changes=wanted, actor=actor, now=now, version=version)
        if status is EndpointStatus.ENABLED:
            return _("Enabled. What died meanwhile can be sent again.")
        return _("Disabled. Nothing more goes out to it.")

    return _act(request, endpoint_id, deed)


@signed_in
@supervisors_only
@require_POST
def revive(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Send all dead deliveries again."""

    def deed(shown: WebhookEndpoint, actor: Actor, now: datetime) -> str:
        return _sent_again(deliveries_revive(shown.pk, client_id=shown.client_id, actor=actor, now=now))

    return _act(request, endpoint_id, deed)


@signed_in
@supervisors_only
@require_POST
def replay(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Send everything after an event, or of a span of time, again."""
    fields = {name: request.POST.get(name, "").replace("\x00", "").strip() for name in ("after", "since", "until")}
    since, until = local_moment(fields["since"]), local_moment(fields["until"])
    if (fields["since"] and since is None) or (fields["until"] and until is None):
        unread = _("A time could not be read; write it as 2026-11-22T18:30.")
        return show_endpoint(request, endpoint_id, Notice(_("Nothing was sent"), unread, "error", 422))
    wanted = ReplayRange(after=fields["after"][:LONGEST_EVENT_ID] or None, since=since, until=until)

    def deed(shown: WebhookEndpoint, actor: Actor, now: datetime) -> str:
        return _sent_again(deliveries_replay(shown.pk, client_id=shown.client_id, wanted=wanted, actor=actor, now=now))

    return _act(request, endpoint_id, deed)


@signed_in
@supervisors_only
@require_POST
def rotate(request: HttpRequest, endpoint_id: str) -> HttpResponse:
    """Make a new secret and show it, this once, in the answer itself: it is stored in no session and no address.

    The version that was seen goes with the form, so that loading the answer again rotates nothing.
    """
    shown = endpoint_shown(endpoint_id)
    now = timezone.now()
    try:
        changed, secret = secret_rotate(
            shown.pk, client_id=shown.client_id, actor=actor_of(request), now=now, version=_version(request)
        )
    except Refusal as refusal:
        return show_endpoint(request, endpoint_id, notice_of(refusal))
    context = {"endpoint": changed, "client": shown.client, "secret": secret}
    return render(request, "console/webhook_secret.html", context)


@signed_in
@supervisors_only
@require_POST
def again(request: HttpRequest, delivery_id: str) -> HttpResponse:
    """Send one delivery again."""
    shown = delivery_shown(delivery_id)
    try:
        delivery_redeliver(shown.pk, client_id=shown.endpoint.client_id, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return show_delivery(request, delivery_id, notice_of(refusal))
    messages.success(request, _("The delivery is on its way again."))
    return redirect("console:webhook_delivery", delivery_id)


def _act(request: HttpRequest, endpoint_id: str, deed: Deed) -> HttpResponse:
    shown = endpoint_shown(endpoint_id)
    try:
        done = deed(shown, actor_of(request), timezone.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return show_endpoint(request, endpoint_id, notice_of(refusal))
    messages.success(request, done)
    return redirect("console:webhook", endpoint_id)


def _sent_again(count: int) -> str:
    if not count:
        return _("There was nothing to send again.")
    return ngettext("%(n)d event is sent again.", "%(n)d events are sent again.", count) % {"n": count}


def _version(request: HttpRequest) -> int:
    """Return the version that the form was drawn for; nought, which is none, where it says no number."""
    return row_number(request.POST.get("version", "")) or 0
