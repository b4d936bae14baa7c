"""Files that come with a form: in memory, and no more of them than may be kept."""

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler

from apps.attachments.limits import limits

# The form's other fields, and what stands between the parts.
_AROUND = 256 * 1024


class BoundedUploadHandler(MemoryFileUploadHandler):
    """Refuses a form before it is read that is longer than the files of one request may be together."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, Any],  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > limits().request_bytes + _AROUND:
            raise RequestDataTooBig("more is sent than the files of one request may be together")
        self.activated = True
