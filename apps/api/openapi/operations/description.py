"""The description of itself."""

from django.utils.translation import gettext_lazy as _

from apps.api.openapi.declarations import Answer, Header, Operation
from apps.api.openapi.tags import Tag
from apps.api.views.description import Description, DescriptionDocument, DescriptionQuery

OPERATIONS = {
    (Description, "GET"): Operation(
        "readDescription",
        Tag.DESCRIPTION,
        _("Read this document"),
        _("OpenAPI 3.1. Needs no key and may be cached."),
        (
            Answer(
                200,
                _("The document."),
                DescriptionDocument,
                headers=(Header.ETAG, Header.CONTENT_LANGUAGE),
            ),
        ),
        query=DescriptionQuery,
        is_public=True,
    ),
}
