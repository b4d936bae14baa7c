"""Judging what clients and reviewers send as attachments by its content, before any of it is stored."""

import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import puremagic
from django.core.files.uploadedfile import UploadedFile

from apps.attachments.errors import (
    AttachmentDamaged,
    AttachmentEmpty,
    AttachmentNotBase64,
    AttachmentPixelsTooMany,
    AttachmentsTooLarge,
    AttachmentsTooMany,
    AttachmentTooLarge,
    AttachmentTypeDiffers,
    AttachmentTypeUnknown,
)
from apps.attachments.limits import Limits
from apps.attachments.media_types import EXTENSIONS, MediaType, media_type_named
from apps.attachments.names import clean_name
from apps.attachments.pixels import is_heic, pixel_size
from apps.attachments.records import AttachmentRecord
from apps.common.errors import Invalid, SeveralInvalid

# A PDF ends with this, give or take what mail programs append.
_PDF_END = b"%%EOF"
_PDF_TAIL = 2048
# Text that browsers, or what opens a download, may take for a page with a program in it.
_MARKUP = frozenset({"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"})
_MARKUP_BEGINS = re.compile(rb"\s*(?:<!doctype|<html|<svg|<script|<\?xml)", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be stored. `declared_type` is what the client wrote, `media_type` what it is."""

    name: str
    declared_type: str
    media_type: MediaType
    content: bytes
    sha256: str


def checked_files(records: Sequence[AttachmentRecord], limits: Limits, *, pointer: str) -> list[CheckedFile]:
    """Return the files. `pointer` leads to the array of them in the body.

    Raises the refusal for what is wrong, SeveralInvalid when it is more than
    one thing; then none of the files is any good to the caller.
    """
    if len(records) > limits.request_files:
        raise AttachmentsTooMany(pointer=pointer, limit=limits.request_files)
    # Three bytes of four, at most: told before anything is decoded.
    if sum(len(record.content_base64) // 4 * 3 - 2 for record in records) > limits.request_bytes:
        raise AttachmentsTooLarge(pointer=pointer, limit=limits.request_bytes)
    files, faults = [], []
    for index, record in enumerate(records):
        try:
            files.append(_checked(record, limits, f"{pointer}/{index}"))
        except Invalid as fault:
            faults.append(fault)
    if sum(len(file.content) for file in files) > limits.request_bytes:
        faults.append(AttachmentsTooLarge(pointer=pointer, limit=limits.request_bytes))
    if faults:
        raise faults[0] if len(faults) == 1 else SeveralInvalid(faults)
    return files


def checked_uploads(uploads: "Sequence[UploadedFile[bytes]]", limits: Limits, *, pointer: str) -> list[CheckedFile]:
    """Return the files of a form. Raises the refusal for the first that is no good."""
    if len(uploads) > limits.request_files:
        raise AttachmentsTooMany(pointer=pointer, limit=limits.request_files)
    if sum(upload.size or 0 for upload in uploads) > limits.request_bytes:
        raise AttachmentsTooLarge(pointer=pointer, limit=limits.request_bytes)
    return [_uploaded(upload, limits, pointer) for upload in uploads]


def _uploaded(upload: "UploadedFile[bytes]", limits: Limits, pointer: str) -> CheckedFile:
    named = upload.content_type or ""
    declared = media_type_named(named)
    if declared is None:
        raise AttachmentTypeUnknown(pointer=pointer, choices=", ".join(MediaType.values))
    content = upload.read()
    _check_size(content, limits, pointer)
    return _judged(upload.name or "", named, declared, content, limits, pointer)


def _checked(record: AttachmentRecord, limits: Limits, pointer: str) -> CheckedFile:
    declared = media_type_named(record.media_type)
    if declared is None:
        raise AttachmentTypeUnknown(pointer=f"{pointer}/media_type", choices=", ".join(MediaType.values))
    at = f"{pointer}/content_base64"
    content = _decoded(record.content_base64, limits, at)
    return _judged(record.name, record.media_type, declared, content, limits, at)


def _judged(  # noqa: PLR0917 (a file's properties)
    name: str, named: str, declared: MediaType, content: bytes, limits: Limits, at: str
) -> CheckedFile:
    if not _is(declared, content):
        raise AttachmentTypeDiffers(pointer=at, declared=declared.value)
    if declared is MediaType.PDF and _PDF_END not in content[-_PDF_TAIL:]:
        raise AttachmentDamaged(pointer=at, declared=declared.value)
    if declared.value.startswith("image/"):
        _check_pixels(content, declared, limits, at)
    return CheckedFile(
        name=clean_name(name, EXTENSIONS[declared]),
        declared_type=named,
        media_type=declared,
        content=content,
        sha256=sha256(content).hexdigest(),
    )


def _decoded(text: str, limits: Limits, pointer: str) -> bytes:
    if len(text) > (limits.file_bytes + 2) // 3 * 4:
        raise AttachmentTooLarge(pointer=pointer, limit=limits.file_bytes)
    try:
        content = binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        raise AttachmentNotBase64(pointer=pointer) from None
    _check_size(content, limits, pointer)
    return content


def _check_size(content: bytes, limits: Limits, pointer: str) -> None:
    if not content:
        raise AttachmentEmpty(pointer=pointer)
    if len(content) > limits.file_bytes:
        raise AttachmentTooLarge(pointer=pointer, limit=limits.file_bytes)


def _is(declared: MediaType, content: bytes) -> bool:
    if declared is MediaType.TEXT:
        return _is_plain_text(content)
    if declared is MediaType.HEIC:
        return is_heic(content)
    return declared.value in set(_by_signature(content))


def _is_plain_text(content: bytes) -> bool:
    # Text may begin with anything, "BM" or "PK" too, so signatures say nothing; only markup is turned down.
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    if _CONTROLS.search(text) or _MARKUP_BEGINS.match(content.removeprefix(b"\xef\xbb\xbf")):
        return False
    return not _MARKUP.intersection(_by_signature(content))


def _by_signature(content: bytes) -> Iterator[str]:
    try:
        yield from (found.mime_type for found in puremagic.magic_string(content))
    except puremagic.PureError:
        return


def _check_pixels(content: bytes, declared: MediaType, limits: Limits, pointer: str) -> None:
    size = pixel_size(content, declared.value)
    if size is None:
        raise AttachmentDamaged(pointer=pointer, declared=declared.value)
    width, height = size
    if width * height > limits.pixels:
        raise AttachmentPixelsTooMany(pointer=pointer, width=width, height=height, limit=limits.pixels)
