"""A policy as YAML: written for people, read back with the line of everything in it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from apps.risk.policy.document import Policy

Path = tuple[str | int, ...]

# More would take seconds to read, and no policy is that long.
MOST_CHARACTERS = 200_000
_WIDTH = 120
_ON_ONE_LINE = 4


class TextFlawed(ValueError):
    """A text that is no document. `code` is one of: too_long, syntax, alias, key, duplicate, not_an_object."""

    def __init__(self, code: str, line: int, path: Path = (), problem: str = "") -> None:
        super().__init__(code)
        self.code, self.line, self.path, self.problem = code, line, path, problem


@dataclass(frozen=True)
class Document:
    """What a text says, in JSON's types, and in which line, from 1, each part of it stands."""

    content: dict[str, Any]
    lines: Mapping[Path, int]

    def line_of(self, path: Path) -> int:
        """Return the line of a part; of one that is not there the line of what should hold it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def policy_text(policy: Policy) -> str:
    """Write a policy as YAML, small parts on one line, in the order of its fields."""
    return text_of(policy.model_dump(mode="json", exclude_none=True))


def text_of(document: Mapping[str, Any]) -> str:
    """Write a document as YAML, small parts on one line, in the order in which it comes."""
    written: str = yaml.dump(dict(document), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return written


def document_read(text: str) -> Document:
    """Read what `policy_text` or a person wrote. Raises TextFlawed.

    Only plain values: no tags, no anchors (an alias can make a short text a
    huge document), and no key twice, of which YAML would keep the last.
    """
    if len(text) > MOST_CHARACTERS:
        raise TextFlawed("too_long", 1)
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise TextFlawed("syntax", mark.line + 1 if mark else 1, problem=error.problem or "") from None
    except yaml.YAMLError as error:
        raise TextFlawed("syntax", 1, problem=str(error).splitlines()[0]) from None
    reader = _Reader()
    content = reader.read(node, ()) if node is not None else None
    if not isinstance(content, dict):
        raise TextFlawed("not_an_object", 1)
    return Document(content, reader.lines)


class _Dumper(yaml.SafeDumper):
    """Writes what holds plain values alone on one line, and the whole never."""

    def represent(self, data: Any) -> None:
        node = self.represent_data(data)
        if isinstance(node, yaml.MappingNode):
            node.flow_style = False
        self.serialize(node)

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        node.flow_style = len(node.value) <= _ON_ONE_LINE and all(_is_small(value) for _key, value in node.value)
        return node

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:
        node = super().represent_sequence(tag, sequence, flow_style)
        node.flow_style = all(isinstance(item, yaml.ScalarNode) for item in node.value)
        return node


def _is_small(node: yaml.Node) -> bool:
    """Tell whether a value fits on the line: plain, or the points by care."""
    return isinstance(node, yaml.ScalarNode) or (
        isinstance(node, yaml.MappingNode) and all(isinstance(value, yaml.ScalarNode) for _key, value in node.value)
    )


class _Reader:
    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self._seen: set[int] = set()
        self._scalars = yaml.SafeLoader("")

    def read(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self._seen:
            raise TextFlawed("alias", line, path)
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, place)) for place, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._scalar(key_node, path) if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str):
                raise TextFlawed("key", line, path)
            if key in found:
                raise TextFlawed("duplicate", line, (*path, key))
            self.lines[*path, key] = line
            found[key] = self.read(value_node, (*path, key))
        return found

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        value = None
        try:
            value = self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            raise TextFlawed("syntax", node.start_mark.line + 1, path, str(error).splitlines()[0]) from None
        if value is None or isinstance(value, bool | int | float | str):
            return value
        # A date or the like that YAML sees where a person wrote a word.
        return node.value
