"""API clients and their keys, for supervisors."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.selectors import client_keys_of, clients_with_keys, key_of
from apps.access.services.clients import client_choose_language, client_create, client_switch
from apps.access.services.keys import key_create, key_revoke, key_rotate
from apps.clients.errors import KeyEnded
from apps.common.actors import Actor
from apps.common.errors import NotFound, Refusal
from apps.console.client_forms import KeyForm, errors_of, number_in, read_key, read_moment, typed_key
from apps.console.context import languages
from apps.console.notices import Notice, notice_of
from apps.console.permissions import actor_of, signed_in, supervisors_only
from apps.console.presenters.client_rows import client_panel

_TIME_MISSING = gettext_lazy("Say until when, with date and time.")


@signed_in
@supervisors_only
@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Show all clients with their keys."""
    return _show_all(request)


@signed_in
@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a client, and go on to its first key."""
    if request.method != "POST":
        return redirect("console:clients")
    name, language = request.POST.get("name", ""), request.POST.get("language", "")
    try:
        client = client_create(name=name, language=language, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _show_all(request, notice_of(refusal), typed_name=name[:200])
    messages.success(request, _("The client is there. Make its first key."))
    return redirect("console:client", client.pk)


@signed_in
@supervisors_only
@require_safe
def client(request: HttpRequest, client_id: int) -> HttpResponse:
    """Show one client, its keys, and what can be changed."""
    return _show(request, client_id)


@signed_in
@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest, client_id: int) -> HttpResponse:
    """Make a key and show it, this once, in the answer itself: it stands in no session and no address.

    The newest key that was seen goes with the form, so that sending it again
    makes no second one; whoever comes back to this address finds the client.
    """
    if request.method != "POST":
        return redirect("console:client", client_id)
    wish, errors = read_key(request.POST)
    if errors:
        return _show(request, client_id, form=typed_key(request.POST, errors), status=422)
    seen = number_in(request.POST, "newest")
    try:
        made = key_create(client_id, wish, actor=actor_of(request), now=timezone.now(), newest_seen=seen)
    except NotFound:
        raise
    except Refusal as refusal:
        wrong = errors_of(refusal)
        form = typed_key(request.POST, wrong)
        return _show(request, client_id, None if wrong else notice_of(refusal), form=form, status=422)
    return _show_key(request, client_id, made)


@signed_in
@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def rotate(request: HttpRequest, key_id: int) -> HttpResponse:
    """Make the key that follows another, show it this once, and let the old one end at the time that was chosen."""
    client_id = key_of(key_id).client_id
    if request.method != "POST":
        return redirect("console:client", client_id)
    ends_at, errors = read_moment(request.POST, "old_ends_at")
    if ends_at is None:
        text = errors["old_ends_at"][0] if errors else str(_TIME_MISSING)
        return _show(request, client_id, Notice(_("Nothing was changed"), text, "error", 422))
    seen = number_in(request.POST, "newest")
    try:
        made = key_rotate(key_id, old_ends_at=ends_at, actor=actor_of(request), now=timezone.now(), newest_seen=seen)
    except Refusal as refusal:
        return _show(request, client_id, notice_of(refusal))
    return _show_key(request, client_id, made)


@signed_in
@supervisors_only
@require_POST
def revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """Take a key out of use."""
    client_id = key_of(key_id).client_id

    def deed(actor: Actor, now: datetime) -> str:
        try:
            return _("%(key)s is revoked.") % {"key": key_revoke(key_id, actor=actor, now=now)}
        except KeyEnded:
            # Somebody else was faster, or it expired: that it ended is what was wanted.
            return _("The key had ended already.")

    return _act(request, client_id, deed)


@signed_in
@supervisors_only
@require_POST
def language(request: HttpRequest, client_id: int) -> HttpResponse:
    """Choose the language of the sentences that the client is sent."""

    def deed(actor: Actor, now: datetime) -> str:
        client_choose_language(client_id, language=request.POST.get("language", ""), actor=actor, now=now)
        return _("Saved. Sentences from now on are in this language.")

    return _act(request, client_id, deed)


@signed_in
@supervisors_only
@require_POST
def switch(request: HttpRequest, client_id: int) -> HttpResponse:
    """Switch the client off or on, whichever the button said."""
    to_active = request.POST.get("to") == "on"

    def deed(actor: Actor, now: datetime) -> str:
        client_switch(client_id, to_active=to_active, actor=actor, now=now)
        return _("Switched on. Its keys open again.") if to_active else _("Switched off. None of its keys opens.")

    return _act(request, client_id, deed)


def _act(request: HttpRequest, client_id: int, deed: Callable[[Actor, datetime], str]) -> HttpResponse:
    try:
        done = deed(actor_of(request), timezone.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, client_id, notice_of(refusal))
    messages.success(request, done)
    return redirect("console:client", client_id)


def _show_all(request: HttpRequest, notice: Notice | None = None, *, typed_name: str = "") -> HttpResponse:
    now = timezone.now()
    context = {
        "panels": [client_panel(found, now=now) for found in clients_with_keys(now=now)],
        "client_languages": languages(),
        "notice": notice,
        "typed_name": typed_name,
        "typed_language": request.POST.get("language", ""),
    }
    return render(request, "console/clients.html", context, status=notice.status if notice else 200)


def _show(
    request: HttpRequest,
    client_id: int,
    notice: Notice | None = None,
    *,
    form: KeyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "panel": client_panel(client_keys_of(client_id, now=now), now=now),
        "client_languages": languages(),
        "form": form or KeyForm(),
        "errors": form.errors if form else {},
        "notice": notice,
    }
    return render(request, "console/client.html", context, status=notice.status if notice else status)


def _show_key(request: HttpRequest, client_id: int, made: str) -> HttpResponse:
    now = timezone.now()
    panel = client_panel(client_keys_of(client_id, now=now), now=now)
    return render(request, "console/client_key.html", {"panel": panel, "made": made})
