"""Pages for what went wrong before a view was reached."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form came from an old page, and that nothing was done."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours. Asks nothing of the request: what failed may be its session."""
    return HttpResponse(render_to_string("500.html"), status=500)
