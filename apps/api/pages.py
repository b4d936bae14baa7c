"""Addresses below /api/ that people read."""

from django.urls import path

from apps.api.views import reading

app_name = "api-pages"
urlpatterns = [
    path("docs/", reading.documentation, name="documentation"),
    path("problems/", reading.problem_list, name="problems"),
    path("problems/<slug:code>", reading.problem, name="problem"),
]
