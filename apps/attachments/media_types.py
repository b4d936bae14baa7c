"""What customers may send: the one list of media types, and what follows from each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MediaType(models.TextChoices):
    """A kind of file that a reviewer can look at and that runs nothing."""

    JPEG = "image/jpeg", _("JPEG image")
    PNG = "image/png", _("PNG image")
    WEBP = "image/webp", _("WebP image")
    GIF = "image/gif", _("GIF image")
    HEIC = "image/heic", _("HEIC image")
    PDF = "application/pdf", _("PDF document")
    TEXT = "text/plain", _("Text")


# The first is what a name gets that ends otherwise.
EXTENSIONS: dict[MediaType, tuple[str, ...]] = {
    MediaType.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    MediaType.PNG: (".png",),
    MediaType.WEBP: (".webp",),
    MediaType.GIF: (".gif",),
    MediaType.HEIC: (".heic", ".heif"),
    MediaType.PDF: (".pdf",),
    MediaType.TEXT: (".txt", ".text", ".log", ".csv"),
}

# Every browser draws these by itself. HEIC few of them know, and a PDF is a program's work: both are downloaded.
DRAWN_BY_BROWSERS = frozenset({MediaType.JPEG, MediaType.PNG, MediaType.WEBP, MediaType.GIF})
SHOWN_INLINE = DRAWN_BY_BROWSERS | {MediaType.TEXT}


def media_type_named(text: str) -> MediaType | None:
    """Return the media type that a Content-Type names, parameters left out; None when it is not on the list."""
    named = text.partition(";")[0].strip().lower()
    return MediaType(named) if named in MediaType.values else None
