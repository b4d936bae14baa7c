"""What the strings in documents hold, for whoever describes the documents to machines.

Types say `str`, because that is what is in the document; these say which strings.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Annotated


@dataclass(frozen=True)
class OneOf:
    """One of the words of an enumeration."""

    words: type[Enum]


@dataclass(frozen=True)
class Formatted:
    """Text of a format that JSON Schema names."""

    name: str


InstantText = Annotated[str, Formatted("date-time")]
