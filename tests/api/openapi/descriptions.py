"""The served document, as tests look at it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, cast

from django.test import Client
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.jsonschema import DRAFT202012

METHODS = ("get", "put", "post", "patch", "delete")
ROOT = "urn:description"


@cache
def served(language: str = "en") -> dict[str, Any]:
    """Return the document that the product serves."""
    answered = Client().get("/api/v1/openapi.json", {"lang": language})
    assert answered.status_code == 200, answered.content
    return cast(dict[str, Any], json.loads(answered.content))


class Described(NamedTuple):
    """One operation in the document."""

    path: str
    method: str
    operation: dict[str, Any]


def operations() -> Iterator[Described]:
    """Return every operation of the document."""
    for path, item in served()["paths"].items():
        for method in METHODS:
            if method in item:
                yield Described(path, method, item[method])


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference inside the document."""
    while "$ref" in node:
        target: Any = served()
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


@cache
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry()
    return cast(Registry[Any], registry.with_resource(ROOT, DRAFT202012.create_resource(served())))


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    """Return what is wrong with a value by a schema of the document, formats included."""
    kind = validator_for(schema, default=Draft202012Validator)
    rooted = json.loads(json.dumps(schema).replace('"#/', f'"{ROOT}#/'))
    checker = kind(rooted, registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{list(error.absolute_path)}: {error.message}" for error in checker.iter_errors(value)]
