"""Parameters of paths, queries and headers."""

import re

from apps.api.converters import ClientsOwnId, OurId
from apps.api.openapi.components import Components, Schema
from apps.api.openapi.declarations import Operation
from apps.api.openapi.headers import asked
from apps.api.openapi.query_notes import NOTES
from apps.api.openapi.records import fields_of

_IN_PATH = re.compile(r"<(?P<kind>our|own):(?P<name>\w+)>")
_EXAMPLES = {
    "refund_id": "rfd_01kam6s0xj4t2c8v5qwz3n7y9e",
    "endpoint_id": "whe_01kam6s0xj4t2c8v5qwz3n7y9e",
    "delivery_id": "dlv_01kam6s0xj4t2c8v5qwz3n7y9e",
    "account_id": "A-17",
    "shop_id": "S-3",
    "order_id": "O-991",
    "transfer_id": "T-5",
}


def parameters(operation: Operation, method: str, route: str, components: Components) -> list[Schema]:
    """Return every parameter; `route` is the path as Django writes it."""
    return [*_of_path(route), *_of_query(operation, components), *asked(operation, method, components)]


def _of_path(route: str) -> list[Schema]:
    return [_identifier(found["name"], is_ours=found["kind"] == "our") for found in _IN_PATH.finditer(route)]


def _identifier(name: str, *, is_ours: bool) -> Schema:
    longest = 64 if is_ours else 128
    pattern = OurId.regex if is_ours else ClientsOwnId.regex
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": NOTES["our_id" if is_ours else "own_id"],
        "schema": {"type": "string", "minLength": 1, "maxLength": longest, "pattern": f"^{pattern}$"},
        "example": _EXAMPLES[name],
    }


def _of_query(operation: Operation, components: Components) -> list[Schema]:
    if operation.query is None:
        return []
    fields = fields_of(operation.query, components)
    return [_filter(name, schema) for name, schema in fields.items()]


def _filter(name: str, schema: Schema) -> Schema:
    plain = {key: value for key, value in schema.items() if key != "description"}
    return {"name": name, "in": "query", "required": False, "description": NOTES[name], "schema": plain}
