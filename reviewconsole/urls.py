"""Addresses: pages at the root, REST under /api/v1, operations beside them."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("apps.api.urls")),
    path("", include("apps.console.urls")),
]
