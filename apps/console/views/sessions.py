"""Signing in and out."""

from django.contrib.auth.views import LoginView, LogoutView
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


@method_decorator(never_cache, name="dispatch")
class SignIn(LoginView):
    """The door; who is inside already goes on to the queue."""

    template_name = "console/sign_in.html"
    redirect_authenticated_user = True


sign_in = SignIn.as_view()
sign_out = LogoutView.as_view()
