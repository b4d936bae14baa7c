"""Entity tags: of one object its version, of a list its content (RFC 9110, 8.8.3 and 13.1)."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.http import parse_etags

# No row ever has it, so a tag that we never gave out is as stale as can be.
NO_VERSION = -1


def etag_of(version: int | None) -> str | None:
    """Return the tag of a version."""
    return None if version is None else f'"{version}"'


def is_known(request: HttpRequest, etag: str) -> bool:
    """Tell whether If-None-Match names this tag; compared weakly, as the standard says."""
    header = request.META.get("HTTP_IF_NONE_MATCH")
    if not header:
        return False
    known = parse_etags(header)
    return known == ["*"] or etag in [tag.removeprefix("W/") for tag in known]


def expected_version(request: HttpRequest, present: Callable[[], int]) -> int | None:
    """Return the version that If-Match demands, None when it demands none.

    Services expect one version. A header with several tags is met when the
    present version is among them; `present` is asked only then, and the
    service compares again under lock.
    """
    header = request.META.get("HTTP_IF_MATCH")
    if not header:
        return None
    tags = parse_etags(header)
    if tags == ["*"]:
        return None
    versions = [_version(tag) for tag in tags]
    if len(versions) == 1:
        return versions[0]
    return next((version for version in versions if version == present()), NO_VERSION)


def _version(tag: str) -> int:
    # A weak tag never matches here, and neither does one that is no version as we write it: "01" is none.
    digits = tag.strip('"')
    is_ours = digits.isascii() and digits.isdigit() and len(digits) < 10 and tag == etag_of(int(digits))
    return int(digits) if is_ours else NO_VERSION
