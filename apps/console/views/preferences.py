"""Language and theme, for the person if one is signed in, else for the browser."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from apps.console.permissions import person_of, signed_in
from apps.staff.models import Person, Theme
from apps.staff.services import person_choose_language, person_choose_theme


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Show the console in another language from now on."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if isinstance(request.user, Person):
        person_choose_language(person=request.user, language=chosen)
    response = _back(request)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@signed_in
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Show the console light, dark, or as the system is set."""
    chosen = request.POST.get("theme", "")
    if chosen not in Theme.values:
        return HttpResponseBadRequest()
    person_choose_theme(person=person_of(request), theme=Theme(chosen))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """Go back to the page, never to another host."""
    address = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return redirect(address if own else resolve_url("console:queue"))
