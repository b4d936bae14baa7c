"""The policy: its versions, one of them as tables and as text, and the steps of its life."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.common.actors import Actor
from apps.common.errors import NotFound, Refusal
from apps.console.forms import row_number
from apps.console.notices import Notice, notice_of
from apps.console.permissions import actor_of, person_of, signed_in, supervisors_only
from apps.console.presenters.policy_rows import version_name, version_row
from apps.console.presenters.policy_tables import change_rows, policy_tables
from apps.console.presenters.queue_filters import options
from apps.reviews.selectors import queues_ordered
from apps.risk.errors import PolicyFlaw, PolicyFlawed
from apps.risk.flaws import policy_read
from apps.risk.models import PolicyVersion
from apps.risk.policy import policy_from
from apps.risk.policy.text import policy_text
from apps.risk.selectors.policies import policy_in_force, version_before, version_of, versions_newest
from apps.risk.services.policies import (
    policy_change,
    policy_draft,
    policy_propose,
    policy_publish,
    policy_reject,
    policy_withdraw,
)

ROWS = 100
LONGEST_REASON = 2000

Step = Callable[[int, str, Actor, datetime], PolicyVersion]


@signed_in
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Show all versions, the newest first."""
    person, in_force = person_of(request), policy_in_force().number
    rows = [version_row(version, person, in_force=in_force) for version in versions_newest(ROWS)]
    return render(request, "console/policies.html", {"rows": rows})


@signed_in
@supervisors_only
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Begin a draft that says what another version says."""
    based_on = version_of(request.POST.get("based_on", ""))
    policy = policy_from(based_on.document)
    made = policy_draft(policy, reason="", based_on=based_on, actor=actor_of(request), now=timezone.now())
    return redirect("console:policy_edit", made.pk)


@signed_in
@require_safe
def policy(request: HttpRequest, version_id: str) -> HttpResponse:
    """Show one version, and what it has otherwise than another."""
    return _show(request, version_id)


@signed_in
@require_safe
def export(request: HttpRequest, version_id: str) -> HttpResponse:
    """Give a version away as YAML."""
    version = version_of(version_id)
    response = HttpResponse(policy_text(policy_from(version.document)), content_type="application/yaml; charset=utf-8")
    name = f"policy-{version.number or version.pk}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@signed_in
@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, version_id: str) -> HttpResponse:
    """Show a draft of one's own as text, and keep what was changed."""
    version = version_of(version_id)
    if request.method != "POST":
        text = policy_text(policy_from(version.document))
        return _editor(request, version, text=text, reason=version.reason)
    text, reason = request.POST.get("text", ""), request.POST.get("reason", "")[:LONGEST_REASON]
    try:
        policy_change(
            version.pk,
            policy_read(text),
            reason=reason,
            seen=_seen(request),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except PolicyFlawed as flawed:
        return _editor(request, version, text=text, reason=reason, flaws=flawed.flaws)
    except Refusal as refusal:
        return _editor(request, version, text=text, reason=reason, notice=notice_of(refusal))
    messages.success(request, _("Saved."))
    return redirect("console:policy", version.pk)


@signed_in
@supervisors_only
@require_POST
def step(request: HttpRequest, version_id: str, verb: str) -> HttpResponse:
    """Take a version one step on."""

    def propose(seen: int, _reason: str, actor: Actor, now: datetime) -> PolicyVersion:
        return policy_propose(version_id, seen=seen, queues=_queues(), actor=actor, now=now)

    def publish(seen: int, reason: str, actor: Actor, now: datetime) -> PolicyVersion:
        return policy_publish(version_id, reason=reason, seen=seen, queues=_queues(), actor=actor, now=now)

    def reject(seen: int, reason: str, actor: Actor, now: datetime) -> PolicyVersion:
        return policy_reject(version_id, reason=reason, seen=seen, actor=actor, now=now)

    def withdraw(seen: int, _reason: str, actor: Actor, now: datetime) -> PolicyVersion:
        return policy_withdraw(version_id, seen=seen, actor=actor, now=now)

    steps: dict[str, tuple[Step, str]] = {
        "propose": (propose, _("Proposed. Another supervisor decides on it.")),
        "publish": (publish, _("Published. Refunds are weighed by it from now on.")),
        "reject": (reject, _("Rejected.")),
        "withdraw": (withdraw, _("Withdrawn.")),
    }
    take, done = steps[verb]
    reason = request.POST.get("reason", "")[:LONGEST_REASON]
    try:
        take(_seen(request), reason, actor_of(request), timezone.now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _show(request, version_id, notice=notice_of(refusal), typed=reason)
    messages.success(request, done)
    return redirect("console:policy", version_id)


def _show(request: HttpRequest, version_id: str, *, notice: Notice | None = None, typed: str = "") -> HttpResponse:
    version, in_force = version_of(version_id), policy_in_force()
    against = _against(request, version)
    shown = policy_from(version.document)
    context: dict[str, Any] = {
        "row": version_row(version, person_of(request), in_force=in_force.number),
        "tables": policy_tables(shown),
        "against": version_name(against) if against is not None else "",
        "changes": change_rows(policy_from(against.document), shown) if against is not None else [],
        "versions": options(
            [(each.pk, version_name(each)) for each in versions_newest(ROWS) if each.pk != version.pk],
            against.pk if against is not None else "",
        ),
        "notice": notice,
        "typed_reason": typed,
    }
    return render(request, "console/policy.html", context, status=notice.status if notice is not None else 200)


def _against(request: HttpRequest, version: PolicyVersion) -> PolicyVersion | None:
    """Return the version that is asked for, else the one that this one began as, else the published one before it."""
    asked = request.GET.get("against", "")
    if asked:
        try:
            return version_of(asked)
        except NotFound:
            return None
    return version_before(version)


def _editor(
    request: HttpRequest,
    version: PolicyVersion,
    *,
    text: str,
    reason: str,
    flaws: list[PolicyFlaw] | None = None,
    notice: Notice | None = None,
) -> HttpResponse:
    row = version_row(version, person_of(request), in_force=0)
    context = {"row": row, "text": text, "reason": reason, "flaws": flaws or [], "notice": notice}
    status = 422 if flaws else notice.status if notice is not None else 200
    return render(request, "console/policy_edit.html", context, status=status)


def _queues() -> frozenset[str]:
    return frozenset(queue.slug for queue in queues_ordered())


def _seen(request: HttpRequest) -> int:
    return row_number(request.POST.get("seen", "")) or 0
