"""An attachment as clients send it."""

from typing import Annotated

from pydantic import StringConstraints, WithJsonSchema

from apps.attachments.media_types import MediaType
from apps.common.records import NO_NUL, Record


class AttachmentRecord(Record):
    """One file. `content_base64` is base64 as RFC 4648 section 4 has it, without line breaks."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=NO_NUL)]
    media_type: Annotated[
        str,
        StringConstraints(min_length=1, max_length=127, pattern=NO_NUL),
        WithJsonSchema({"type": "string", "enum": MediaType.values}),
    ]
    content_base64: Annotated[str, WithJsonSchema({"type": "string", "contentEncoding": "base64", "minLength": 1})]
