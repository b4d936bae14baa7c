"""/openapi.json: what this API is, for machines."""

from enum import StrEnum
from functools import cache
from hashlib import blake2b
from typing import Annotated, Any, NamedTuple, TypedDict

from django.http import HttpResponse
from django.utils import translation
from pydantic import Field

from apps.api.answers import MEDIA_TYPE, encoded
from apps.api.checking import Query, checked_query
from apps.api.etags import is_known
from apps.api.openapi.generator import description_in
from apps.api.problems import tell_language
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView

# Long enough to spare a page or a tool the repetition, short enough that an upgrade is seen.
CACHING = "public, max-age=300"


class Language(StrEnum):
    """Languages of the descriptions."""

    ENGLISH = "en"
    CHINESE = "zh-hans"


class DescriptionQuery(Query):
    """In which language the descriptions shall be."""

    lang: Annotated[Language, Field(strict=False)] | None = None


class DescriptionDocument(TypedDict):
    """An OpenAPI document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]


class _Written(NamedTuple):
    body: bytes
    etag: str


class Description(ApiView):
    """The same for everybody, so that it needs no key."""

    authentication_classes = []
    permission_classes = []

    def get(self, request: ApiRequest) -> HttpResponse:
        wanted = checked_query(DescriptionQuery, request.query_params)
        language = wanted.lang.value if wanted.lang else translation.get_language() or Language.ENGLISH.value
        with translation.override(language):
            written = _written(language)
            is_there = is_known(request.plain, written.etag)
            response = HttpResponse(b"" if is_there else written.body, content_type=MEDIA_TYPE)
            tell_language(response)
        if is_there:
            response.status_code = 304
            del response["Content-Type"]
        response["ETag"] = written.etag
        response["Cache-Control"] = CACHING
        return response


@cache
def _written(language: str) -> _Written:
    body = encoded(description_in(language))
    return _Written(body, f'"{blake2b(body, digest_size=12).hexdigest()}"')
