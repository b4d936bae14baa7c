"""The pieces of a customer's words by which a claim is found. Pure.

Overlapping pairs of Chinese characters and fours of letters, as small numbers:
a text that contains what is searched has all of its pieces.
"""

import re
import unicodedata
from hashlib import blake2b

# Of longer texts the rest is not searched.
SEARCHED_LENGTH = 2000
_PART = re.compile(r"[a-z0-9]+|[^\W\d_a-z]+")
_OF_LETTERS, _OF_IDEOGRAPHS = 4, 2
_ASCII = 128


def plain_words(text: str) -> str:
    """Return a text as it is compared: width and case do not count."""
    return unicodedata.normalize("NFKC", text[:SEARCHED_LENGTH]).casefold()


def pieces_of(text: str) -> list[int]:
    """Return the pieces of a text, sorted, each once; none where it is too short to be searched for."""
    found: set[str] = set()
    for part in _PART.findall(plain_words(text)):
        size = _OF_LETTERS if ord(part[0]) < _ASCII else _OF_IDEOGRAPHS
        found.update(part[start : start + size] for start in range(len(part) - size + 1))
    return sorted(
        int.from_bytes(blake2b(piece.encode(), digest_size=4).digest(), "big", signed=True) for piece in found
    )
