"""What goes out: JSON Schemas of the TypedDicts that the code fills."""

import inspect
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

from apps.api.openapi.components import Components, Schema
from apps.api.openapi.fields import explained
from apps.api.openapi.names import ENUM_NAMES, document_name
from apps.api.openapi.news import OPEN, REFINED
from apps.common.shapes import Formatted, OneOf

_SCALARS: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    Any: {},
}


def document_schema(kind: Any, components: Components) -> Schema:
    """Return the schema of a type that stands in a document; TypedDicts and enumerations become components."""
    if kind in _SCALARS:
        return dict(_SCALARS[kind])
    if is_typeddict(kind):
        return components.reference(document_name(kind), lambda: _object(kind, components))
    return _composed(kind, components)


def enum_schema(words: type[Enum], components: Components) -> Schema:
    """Return a reference to the words that a string may be."""
    described = inspect.getdoc(words) or ""
    return components.reference(
        ENUM_NAMES.get(words, words.__name__),
        lambda: {"type": "string", "enum": [word.value for word in words], "description": described},
    )


def _composed(kind: Any, components: Components) -> Schema:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotated(arguments, components)
    if origin is list:
        return {"type": "array", "items": document_schema(arguments[0], components)}
    if origin is dict:
        return {"type": "object", "additionalProperties": document_schema(arguments[1], components)}
    if origin in (Union, UnionType):
        return _one_of_several(arguments, components)
    raise TypeError(f"{kind} cannot stand in a document")


def _object(kind: Any, components: Components) -> Schema:
    hints = get_type_hints(kind, include_extras=True)
    properties = {
        name: explained(name, document_schema(REFINED.get((kind, name), _bare(hint)), components))
        for name, hint in hints.items()
    }
    described: Schema = {
        "type": "object",
        "description": inspect.getdoc(kind) or "",
        "required": [name for name in hints if name in kind.__required_keys__],
        "properties": properties,
    }
    return described | {"additionalProperties": True} if kind in OPEN else described


def _bare(hint: Any) -> Any:
    return get_args(hint)[0] if get_origin(hint) in (NotRequired, Required) else hint


def _annotated(arguments: tuple[Any, ...], components: Components) -> Schema:
    kind, *notes = arguments
    for note in notes:
        if isinstance(note, OneOf):
            return enum_schema(note.words, components)
        if isinstance(note, Formatted):
            return document_schema(kind, components) | {"format": note.name}
    return document_schema(kind, components)


def _one_of_several(kinds: tuple[Any, ...], components: Components) -> Schema:
    schemas = [document_schema(kind, components) for kind in kinds if kind is not NoneType]
    if NoneType not in kinds:
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    if len(schemas) == 1 and isinstance(schemas[0].get("type"), str) and "enum" not in schemas[0]:
        return schemas[0] | {"type": [schemas[0]["type"], "null"]}
    return {"anyOf": [*schemas, {"type": "null"}]}
