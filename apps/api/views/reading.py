"""Pages for people who write clients: the description of the API, and what each kind of problem means."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from apps.api.openapi.refusals import example_document
from apps.api.problem_types import CATALOGUE, ProblemType
from apps.api.problems import status_of


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """Show every operation, in the language of the page."""
    address = f"{reverse('api:description')}?lang={get_language()}"
    return render(request, "api/documentation.html", {"place": "documentation", "description_address": address})


@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """Show every kind of problem by its status."""
    entries = sorted(CATALOGUE.values(), key=lambda entry: (status_of(entry.example), entry.code))
    return render(request, "api/problems.html", {"place": "problems", "problems": [_row(entry) for entry in entries]})


@require_safe
def problem(request: HttpRequest, code: str) -> HttpResponse:
    """Explain one kind of problem: what it means, how to mend it, and what it looks like."""
    entry = CATALOGUE.get(code)
    if entry is None:
        raise Http404
    written = json.dumps(example_document(entry), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    return render(request, "api/problem.html", {"place": "problems", "problem": _row(entry), "example": written})


def _row(entry: ProblemType) -> dict[str, Any]:
    return {
        "code": entry.code,
        "status": status_of(entry.example),
        "title": entry.example.title,
        "meaning": _marked(str(entry.meaning)),
        "remedy": _marked(str(entry.remedy)),
    }


def _marked(sentence: str) -> SafeString:
    """Show what stands between backticks as code."""
    parts = enumerate(sentence.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in parts)
    )
