"""Addresses: pages at the root, REST under /api/v1, operations beside them."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("apps.api.urls")),
    path("api/", include("apps.api.pages")),
    path("", include("apps.console.urls")),
]

# Django's own wants a CSRF token, and with it the session, which a fault may have come before.
handler500 = "apps.console.views.errors.server_error"
