"""What comes in: JSON Schemas of the records that check it."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from apps.api.openapi.components import Components, Schema
from apps.api.openapi.declarations import Body
from apps.api.openapi.documents import enum_schema
from apps.api.openapi.fields import explained
from apps.api.openapi.names import record_name
from apps.common.money import currencies
from apps.common.records import CURRENCY

_WORDS = "x-words"


def record_schema(body: Body, components: Components) -> Schema:
    """Return a reference to the schema of a body."""
    name = record_name(body.record.__name__)
    if body.told_by_address:
        name = f"{name.removesuffix('Input')}Update"
    return components.reference(name, lambda: _body(body, components))


def _body(body: Body, components: Components) -> Schema:
    schema = _described(body.record, components)
    for field, record in body.items.items():
        schema["properties"][field]["items"] = record_schema(Body(record, {}), components)
    return _without_required(schema, frozenset(body.told_by_address))


def line_schema(kind: str, record: type[BaseModel], components: Components) -> Schema:
    """Return a reference to the schema of a line of history."""
    return components.reference(f"{kind.title()}HistoryLine", lambda: _with_type(kind, _described(record, components)))


def fields_of(record: type[BaseModel], components: Components) -> dict[str, Schema]:
    """Return the schemas of a query's parameters by name; left out is the only way to say nothing."""
    properties: dict[str, Schema] = _described(record, components, keep_defaults=True)["properties"]
    return {name: _without_null(schema) for name, schema in properties.items()}


def _described(record: type[BaseModel], components: Components, *, keep_defaults: bool = False) -> Schema:
    class Generator(GenerateJsonSchema):
        """Leaves enumerations to the components, where documents find them too."""

        def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
            # pydantic looks into what is returned here, so the reference takes its place afterwards.
            return super().enum_schema(schema) | {_WORDS: enum_schema(schema["cls"], components)["$ref"]}

    whole = record.model_json_schema(schema_generator=Generator, ref_template="{model}")
    definitions: dict[str, Schema] = whole.pop("$defs", {})
    _Cleaning(definitions, components, keep_defaults=keep_defaults).clean(whole)
    return whole


class _Cleaning:
    """Turns pydantic's schema into ours, in place: definitions become components, noise goes."""

    def __init__(self, definitions: dict[str, Schema], components: Components, *, keep_defaults: bool) -> None:
        self._definitions = definitions
        self._components = components
        self._keep_defaults = keep_defaults

    def clean(self, node: Any) -> None:
        """Walk a schema and everything below it."""
        if isinstance(node, list):
            for inner in node:
                self.clean(inner)
        if not isinstance(node, dict):
            return
        self._tidy(node)
        for name, inner in node.items():
            if name == "properties":
                for field, schema in inner.items():
                    self.clean(schema)
                    inner[field] = explained(field, schema)
            elif name not in ("enum", "required"):
                self.clean(inner)

    def _tidy(self, node: Schema) -> None:
        node.pop("title", None)
        if not self._keep_defaults or node.get("default", "") is None:
            node.pop("default", None)
        if node.get("pattern") == CURRENCY:
            node.clear()
            node.update(self._components.reference("Currency", _currency))
        reference = node.get("$ref", "")
        if reference in self._definitions:
            node.update(self._component(reference))

    def _component(self, name: str) -> Schema:
        definition = self._definitions[name]
        if _WORDS in definition:
            return {"$ref": definition[_WORDS]}
        return self._components.reference(record_name(name), lambda: self._cleaned(definition))

    def _cleaned(self, definition: Schema) -> Schema:
        self.clean(definition)
        return definition


def _currency() -> Schema:
    return {"type": "string", "enum": list(currencies()), "description": "An ISO 4217 currency with minor units."}


def _with_type(kind: str, schema: Schema) -> Schema:
    properties = {"type": {"type": "string", "const": kind}, **schema["properties"]}
    return schema | {"properties": properties, "required": ["type", *schema.get("required", [])]}


def _without_required(schema: Schema, names: frozenset[str]) -> Schema:
    required = [name for name in schema.get("required", []) if name not in names]
    changed = {key: value for key, value in schema.items() if key != "required"}
    return changed | {"required": required} if required else changed


def _without_null(schema: Schema) -> Schema:
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    (kind,) = kinds
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **kind}
