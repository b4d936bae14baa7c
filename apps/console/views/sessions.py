"""Signing in and out, each recorded, and guessing made slow."""

from datetime import timedelta

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from apps.audit.models import Action
from apps.audit.selectors import sign_ins_failed
from apps.audit.services import audit_record
from apps.console.permissions import actor_of, visitor_of

# Somebody who mistypes has enough with these; somebody who guesses has not.
MOST_FAILURES = 10
WITHIN = timedelta(minutes=10)


@method_decorator(never_cache, name="dispatch")
class SignIn(LoginView):
    """The door; who is inside already goes on to the queue."""

    template_name = "console/sign_in.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        """Check the password, unless too many were wrong of late; then not even a right one gets in."""
        name = request.POST.get("username", "")
        since = timezone.now() - WITHIN
        if name and sign_ins_failed(name, address=visitor_of(request).address, since=since) >= MOST_FAILURES:
            return self.render_to_response(self.get_context_data(form=self.get_form(), is_closed=True), status=429)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the person in."""
        response = super().form_valid(form)
        audit_record(Action.SIGNED_IN, actor=actor_of(self.request), now=timezone.now())
        return response

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Record who was tried, never with what."""
        name = self.request.POST.get("username", "")
        if name and self.request.POST.get("password"):
            visitor = visitor_of(self.request)
            audit_record(Action.SIGN_IN_FAILED, actor=visitor, now=timezone.now(), subject=name.casefold()[:64])
        return super().form_invalid(form)


class SignOut(LogoutView):
    """The way out."""

    def post(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        """Record who leaves, then let go of the session."""
        if request.user.is_authenticated:
            audit_record(Action.SIGNED_OUT, actor=actor_of(request), now=timezone.now())
        return super().post(request, *args, **kwargs)


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()
