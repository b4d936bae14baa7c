"""What a reviewer does about a verification factor: look at the number, have it checked."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.common.errors import NotFound, Refusal
from apps.console.permissions import actor_of, signed_in
from apps.identity.models import FactorKind
from apps.identity.services.checks import AskedFor, check_request
from apps.identity.services.reveal import factor_reveal
from apps.reviews.models import ReviewCase
from apps.reviews.selectors import case_of

# For how long a number stays on the screen.
SECONDS_SHOWN = 60
LONGEST_PURPOSE = 200


@signed_in
@require_POST
def reveal(request: HttpRequest, case_id: str, kind: str) -> HttpResponse:
    """Show a number in clear for a minute, on a page of its own that goes back to the case by itself."""
    case, factor = case_of(case_id), _kind(kind)
    back = reverse("console:case", args=[case.pk])
    try:
        number = factor_reveal(
            case.refund.account.subject,
            factor,
            purpose=request.POST.get("purpose", "")[:LONGEST_PURPOSE],
            refund_id=case.refund_id,
            case_id=case.pk,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect(back)
    context = {"case": case, "factor": factor.label, "number": number, "seconds": SECONDS_SHOWN, "back": back}
    response = render(request, "console/reveal.html", context)
    response["Refresh"] = f"{SECONDS_SHOWN}; url={back}"
    return response


@signed_in
@require_POST
def check(request: HttpRequest, case_id: str, kind: str) -> HttpResponse:
    """Have a factor checked by the operator's service; its answer comes back into the case by itself."""
    case, factor = case_of(case_id), _kind(kind)
    try:
        check_request(
            case.refund.account.subject, factor, asked_for=_asked_for(case), actor=actor_of(request), now=timezone.now()
        )
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("Asked. What the service says comes back into the case by itself."))
    return redirect("console:case", case.pk)


def _asked_for(case: ReviewCase) -> AskedFor:
    account = case.refund.account
    return AskedFor(account.client_id, account.external_id, case.refund_id, case.pk)


def _kind(value: str) -> FactorKind:
    if value not in FactorKind.values:
        raise Http404
    return FactorKind(value)
