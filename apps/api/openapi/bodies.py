"""Bodies of requests and of answers that succeed, with their examples."""

import inspect
import json
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.api.answers import MEDIA_TYPE, ListDocument
from apps.api.openapi.components import Components, Schema
from apps.api.openapi.declarations import Answer, Body, Header, Idempotency, LinesBody, ListOf, Onward, Operation, Words
from apps.api.openapi.documents import document_schema
from apps.api.openapi.fields import explained
from apps.api.openapi.headers import answered
from apps.api.openapi.names import document_name
from apps.api.openapi.records import line_schema, record_schema

LINES_TYPE = "application/x-ndjson"
UNCHANGED = _("Nothing has changed since you read it.")
_EXAMPLES = Path(__file__).parent / "examples"


@cache
def example_of(name: str) -> Any:
    """Return an example: JSON read, lines of JSON as text."""
    lines = _EXAMPLES / f"{name}.ndjson"
    return lines.read_text() if lines.exists() else json.loads((_EXAMPLES / f"{name}.json").read_text())


def request_body(operation: Operation, components: Components) -> Schema | None:
    """Return what is sent, None where nothing is."""
    match operation.body:
        case Body() as body:
            examples = {
                name: components.example(f"send_{name}", partial(_example, name, summary))
                for name, summary in body.examples.items()
            }
            schema = record_schema(body, components)
            return {"required": body.required, "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}}}
        case LinesBody() as body:
            return {"required": True, "content": {LINES_TYPE: _lines(body, components)}}
    return None


def _example(name: str, summary: Words) -> Schema:
    return {"summary": summary, "value": example_of(name)}


def _lines(body: LinesBody, components: Components) -> Schema:
    # OpenAPI 3.1 has no word for a stream of JSON texts: the body is text, whose content is lines of this shape.
    kinds = [line_schema(kind, record, components) for kind, record in body.records.items()]
    line = components.reference("HistoryLine", lambda: {"oneOf": kinds})
    schema: Schema = {"type": "string", "contentMediaType": LINES_TYPE, "contentSchema": line}
    return {"schema": schema, "example": example_of(body.example)}


def answers(operation: Operation, components: Components) -> Schema:
    """Return the answers that are no problems, by status; what was read before may be known already."""
    found = {str(answer.status): _answer(answer, operation, components) for answer in operation.answers}
    if any(Header.ETAG in answer.headers for answer in operation.answers) and operation.is_read:
        found["304"] = {"description": UNCHANGED, "headers": answered(["ETag"], components)}
    return found


def _answer(answer: Answer, operation: Operation, components: Components) -> Schema:
    names = [header.value for header in answer.headers]
    if operation.idempotency is not Idempotency.NONE:
        names.append(Header.IDEMPOTENT_REPLAYED.value)
    described: Schema = {"description": answer.description, "headers": answered(names, components)}
    if answer.document is not None:
        media: Schema = {"schema": answer_schema(answer.document, components)}
        if answer.example:
            media["examples"] = {
                answer.example: components.example(answer.example, partial(_example, answer.example, ""))
            }
        described["content"] = {MEDIA_TYPE: media}
    if answer.links:
        described["links"] = {name: _link(onward) for name, onward in answer.links.items()}
    return described


def answer_schema(document: Any, components: Components) -> Schema:
    """Return the schema of an answer's body."""
    if not isinstance(document, ListOf):
        return document_schema(document, components)
    item = document.item
    return components.reference(f"{document_name(item)}List", lambda: _list(document_schema(item, components)))


def _list(item: Schema) -> Schema:
    return {
        "type": "object",
        "description": inspect.getdoc(ListDocument) or "",
        "required": ["data", "next_cursor"],
        "properties": {
            "data": {"type": "array", "items": item},
            "next_cursor": explained("next_cursor", {"type": ["string", "null"]}),
        },
    }


def _link(onward: Onward) -> Schema:
    link: Schema = {"operationId": onward.operation, "parameters": dict(onward.parameters)}
    if onward.body:
        link["requestBody"] = dict(onward.body)
    if onward.description:
        link["description"] = onward.description
    return link
