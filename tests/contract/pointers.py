"""JSON Pointers (RFC 6901) into what was sent."""

from typing import Any


class NothingThere(Exception):
    """The pointer leads nowhere."""


def steps_of(pointer: str) -> list[str]:
    """Return the reference tokens, unescaped."""
    assert pointer == "" or pointer.startswith("/"), pointer
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def resolve(document: Any, pointer: str) -> Any:
    """Return what a pointer leads to. Raises NothingThere."""
    for step in steps_of(pointer):
        if isinstance(document, dict) and step in document:
            document = document[step]
        elif isinstance(document, list) and step.isdigit() and int(step) < len(document):
            document = document[int(step)]
        else:
            raise NothingThere(pointer)
    return document


def names_a_missing_member(document: Any, pointer: str) -> bool:
    """Tell whether the pointer leads to a member that its object, which is there, does not have."""
    parent, _slash, _name = pointer.rpartition("/")
    try:
        holder = resolve(document, parent)
    except NothingThere:
        return False
    return isinstance(holder, dict) and steps_of(pointer)[-1] not in holder
