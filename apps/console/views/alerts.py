"""Alerts: what is far from usual; supervisors acknowledge, dismiss and subscribe."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.clients.models import ApiClient
from apps.common.actors import Actor
from apps.common.errors import NotFound, Refusal
from apps.console.forms import row_number
from apps.console.notices import Notice, notice_of
from apps.console.permissions import actor_of, person_of, signed_in, supervisors_only
from apps.console.presenters.monitor_rows import alert_page, alert_row
from apps.console.presenters.paging import page_asked, pager
from apps.console.presenters.queue_filters import choice_tabs, options
from apps.monitors.measures import Dimension
from apps.monitors.models import Alert, AlertStatus, DimensionChoice
from apps.monitors.selectors.shown import (
    AlertFilter,
    alert_counts,
    alert_shown,
    alerts_page,
    clients_watched,
    subscriptions_of,
)
from apps.monitors.services.decide import alert_acknowledge, alert_dismiss
from apps.monitors.services.subscribe import alerts_subscribe, alerts_unsubscribe

ROWS = 50
LONGEST_REASON = 1000

Decide = Callable[[str, Actor, datetime], Alert]


@signed_in
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """Show a page of alerts, the newest first."""
    wanted = _wanted(request.GET)
    page = page_asked(request.GET, lambda cursor: alerts_page(wanted, limit=ROWS, cursor=cursor))
    clients = [(str(client_id), name) for client_id, name in clients_watched()]
    return render(
        request,
        "console/alerts.html",
        {
            "rows": [alert_row(each) for each in page.rows],
            "tabs": choice_tabs(
                request.GET,
                AlertStatus,
                name="alerts",
                field="status",
                counts=alert_counts(wanted),
                chosen=wanted.status.value if wanted.status else "",
                everything=pgettext("alerts", "All"),
            ),
            "clients": options(clients, request.GET.get("client", "")),
            "status": wanted.status.value if wanted.status else "",
            "is_filtered": wanted.client_id is not None,
            "pager": pager("alerts", request.GET, page.next_cursor),
        },
    )


@signed_in
@require_safe
def alert(request: HttpRequest, alert_id: str) -> HttpResponse:
    """Show one alert with its evidence."""
    return _show(request, alert_id)


@signed_in
@supervisors_only
@require_POST
def acknowledge(request: HttpRequest, alert_id: str) -> HttpResponse:
    """Take an alert on."""

    def decide(reason: str, actor: Actor, now: datetime) -> Alert:
        return alert_acknowledge(alert_id, reason=reason, actor=actor, now=now)

    return _act(request, alert_id, decide, _("Acknowledged. The others see that you look after it."))


@signed_in
@supervisors_only
@require_POST
def dismiss(request: HttpRequest, alert_id: str) -> HttpResponse:
    """Say that it is all right."""

    def decide(reason: str, actor: Actor, now: datetime) -> Alert:
        return alert_dismiss(alert_id, reason=reason, actor=actor, now=now)

    return _act(request, alert_id, decide, _("Dismissed. While it lasts it is not raised again."))


@signed_in
@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Show what the person is told, and take another subscription."""
    if request.method == "POST":
        client_id, of = row_number(request.POST.get("client", "")), request.POST.get("dimension", "")
        alerts_subscribe(
            client=ApiClient.objects.filter(pk=client_id).first() if client_id is not None else None,
            dimension=Dimension(of) if of in DimensionChoice.values else None,
            only_grave=request.POST.get("only_grave") == "on",
            by_mail=request.POST.get("by_mail") == "on",
            actor=actor_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Subscribed."))
        return redirect("console:subscriptions")
    person = person_of(request)
    return render(
        request,
        "console/subscriptions.html",
        {
            "rows": subscriptions_of(person),
            "clients": [(str(client_id), name) for client_id, name in clients_watched()],
            "dimensions": DimensionChoice.choices,
            "sends_mail": settings.REVIEWCONSOLE_SENDS_MAIL,
            "address": person.email,
        },
    )


@signed_in
@supervisors_only
@require_POST
def unsubscribe(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """End a subscription."""
    alerts_unsubscribe(subscription_id, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("You are not told of these any more."))
    return redirect("console:subscriptions")


def _act(request: HttpRequest, alert_id: str, decide: Decide, done: str) -> HttpResponse:
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    try:
        decide(reason, actor_of(request), timezone.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, alert_id, notice=notice_of(refusal), typed=reason)
    messages.success(request, done)
    return redirect("console:alert", alert_id)


def _show(request: HttpRequest, alert_id: str, *, notice: Notice | None = None, typed: str = "") -> HttpResponse:
    context = {"page": alert_page(alert_shown(alert_id)), "notice": notice, "typed_reason": typed}
    return render(request, "console/alert.html", context, status=notice.status if notice is not None else 200)


def _wanted(asked: QueryDict) -> AlertFilter:
    status = asked.get("status", "")
    return AlertFilter(
        AlertStatus(status) if status in AlertStatus.values else None, row_number(asked.get("client", ""))
    )
