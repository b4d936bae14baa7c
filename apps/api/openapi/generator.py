"""The whole document, in one language."""

from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent, normalize_result_object

from apps.api.openapi.components import Components, Schema
from apps.api.openapi.prose import INTRODUCTION, KEY, TITLE
from apps.api.openapi.pushed import pushed_events
from apps.api.openapi.tags import DESCRIPTIONS, TITLES, Tag

VERSION = "1.0.0"
BASE = "/api/v1"
SECURITY = "apiKey"
LICENCE = {"name": "Apache 2.0", "identifier": "Apache-2.0"}


class DescriptionGenerator(SchemaGenerator):
    """drf-spectacular's walk over our addresses, and around it what belongs to no operation."""

    registry: ComponentRegistry

    def get_schema(self, request: Any = None, public: bool = False) -> Schema:
        components = Components(self.registry)
        components.reference(SECURITY, _key, ResolvedComponent.SECURITY_SCHEMA)
        webhooks = pushed_events(components)
        whole: Schema = super().get_schema(request, public)  # type: ignore[no-untyped-call]
        whole["info"] = {"title": TITLE, "version": VERSION, "description": INTRODUCTION, "license": LICENCE}
        whole["servers"] = [{"url": BASE}]
        whole["tags"] = [{"name": TITLES[tag], "description": DESCRIPTIONS[tag]} for tag in Tag]
        whole["webhooks"] = webhooks
        in_words: Schema = normalize_result_object(whole)
        return in_words


def _key() -> Schema:
    return {"type": "http", "scheme": "bearer", "bearerFormat": "rck_…", "description": KEY}


def description_in(language: str) -> Schema:
    """Return the OpenAPI document with its sentences in this language."""
    with translation.override(language):
        whole: Schema = DescriptionGenerator(urlconf="apps.api.urls").get_schema(public=True)  # type: ignore[no-untyped-call]
        return whole
