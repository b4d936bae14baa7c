"""The name of a file as a reviewer may see it and save it under."""

import re
import unicodedata
from collections.abc import Sequence

LONGEST_NAME = 120
NAMELESS = "attachment"
# What some system takes for a path, a stream, a wildcard or a quotation.
_UNSAFE = re.compile(r'[<>:"|?*]')


def clean_name(name: str, extensions: Sequence[str]) -> str:
    """Return the last part of a name without whatever could mislead, ending in one of the extensions.

    Gone are folders, control and direction marks (they can make `exe.jpg` read
    as `gpj.exe`), leading and trailing dots and spaces. A long name loses its
    middle, not its extension.
    """
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(each for each in unicodedata.normalize("NFC", last) if unicodedata.category(each)[0] != "C")
    plain = " ".join(_UNSAFE.sub("_", kept).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    extension = f".{ending.lower()}" if dot else ""
    if extension not in extensions:
        stem, extension = plain, extensions[0]
    stem = stem.strip(". ") or NAMELESS
    return f"{stem[: LONGEST_NAME - len(extension)]}{extension}"
