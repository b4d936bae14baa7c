"""How much a customer may send; every number is a setting (docs/operate.md)."""

from dataclasses import dataclass

from django.conf import settings

# The rest of a body beside the contents: texts, names, verification, JSON.
_AROUND = 256 * 1024


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes of the files themselves, before base64."""

    file_bytes: int
    request_files: int
    request_bytes: int
    refund_files: int
    refund_bytes: int
    pixels: int

    @property
    def body_bytes(self) -> int:
        """The largest body that such a request can need: base64 makes four bytes of three."""
        return (self.request_bytes + 2) // 3 * 4 + 4 * self.request_files + _AROUND


def limits() -> Limits:
    """Return the limits of this installation."""
    return Limits(
        file_bytes=settings.ATTACHMENT_FILE_BYTES,
        request_files=settings.ATTACHMENT_REQUEST_FILES,
        request_bytes=settings.ATTACHMENT_REQUEST_BYTES,
        refund_files=settings.ATTACHMENT_REFUND_FILES,
        refund_bytes=settings.ATTACHMENT_REFUND_BYTES,
        pixels=settings.ATTACHMENT_PIXELS,
    )
