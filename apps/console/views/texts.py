"""What customers are told: standard texts, as supervisors would have them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.common.errors import Invalid
from apps.console.context import language_name
from apps.console.permissions import actor_of, person_of, signed_in, supervisors_only
from apps.console.presenters import text_rows
from apps.reviews.placeholders import PLACEHOLDERS
from apps.reviews.services.texts import customer_text_write
from apps.reviews.texts import ABOUT, LONGEST


@signed_in
@supervisors_only
@require_safe
def texts(request: HttpRequest) -> HttpResponse:
    """Show what customers are told, by reason."""
    return render(request, "console/texts.html", {"rows": text_rows.text_rows()})


@signed_in
@supervisors_only
@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, about: str) -> HttpResponse:
    """Show one text in each language, or put what was written in force."""
    if about not in ABOUT:
        raise Http404
    if request.method != "POST":
        return _show(request, about)
    # Twice as long as allowed is still told how long it may be.
    language, written = request.POST.get("language", ""), request.POST.get("text", "")[: 2 * LONGEST]
    try:
        made = customer_text_write(
            about, language, written, person=person_of(request), actor=actor_of(request), now=timezone.now()
        )
    except Invalid as refusal:
        return _show(request, about, sent=(language, written), errors=[refusal.detail], status=422)
    if made is None:
        messages.info(request, _("This text is in force already."))
    else:
        messages.success(request, _("The text in %(language)s is in force.") % {"language": language_name(language)})
    return redirect("console:text", about)


@signed_in
@supervisors_only
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Return a text as a customer would read it."""
    written = text_rows.preview(request.POST.get("text", "")[: 2 * LONGEST], request.POST.get("language", ""))
    return render(request, "console/text.html#preview", {"preview": written})


def _show(
    request: HttpRequest,
    about: str,
    *,
    sent: tuple[str, str] | None = None,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "about": about,
        "title": text_rows.text_title(about),
        "forms": text_rows.text_forms(about, sent=sent, errors=errors),
        "placeholders": [(f"{{{name}}}", words) for name, words in PLACEHOLDERS.items()],
        "longest": LONGEST,
    }
    return render(request, "console/text.html", context, status=status)
