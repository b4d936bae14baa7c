"""What two versions of a policy differ in. Pure: from documents to the values that came, went or changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.risk.policy.text import Path

Scalar = int | float | str | bool | None


@dataclass(frozen=True)
class Difference:
    """One value that is not the same; None on the side where it does not stand."""

    path: Path
    before: Scalar
    after: Scalar


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return what differs, in the order of the document that it ends as, then what is gone."""
    old, new = dict(leaves(before)), dict(leaves(after))
    paths = [*new, *(path for path in old if path not in new)]
    return [Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path)]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """Walk to every single value. A list of words is one: its order and number say nothing."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from leaves(part, (*path, name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(part, str) for part in value):
            yield path, ", ".join(sorted(value))
        else:
            for place, part in enumerate(value):
                yield from leaves(part, (*path, place))
    else:
        yield path, value
