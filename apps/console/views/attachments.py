"""Files that customers sent, one at a time, each opening recorded."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from apps.attachments.errors import AttachmentUnreadable
from apps.attachments.media_types import SHOWN_INLINE, MediaType
from apps.attachments.services.show import attachment_show
from apps.console.permissions import actor_of, signed_in

# Whatever a file may contain: it runs nothing, loads nothing, and has no origin of ours.
SANDBOX = "default-src 'none'; sandbox"


@signed_in
@require_GET
def attachment(request: HttpRequest, refund_id: str, attachment_id: str) -> HttpResponse:
    """Answer with the file: drawn by the browser if it is an image or text, else, or with ?download, to be saved.

    Whoever works here may see every case, and so what belongs to its refund.
    """
    try:
        shown = attachment_show(attachment_id, refund_id=refund_id, actor=actor_of(request), now=timezone.now())
    except AttachmentUnreadable as refusal:
        return HttpResponse(refusal.detail, status=503, content_type="text/plain; charset=utf-8")
    media_type = MediaType(shown.attachment.media_type)
    charset = "; charset=utf-8" if media_type is MediaType.TEXT else ""
    response = HttpResponse(shown.content, content_type=f"{media_type.value}{charset}")
    is_saved = media_type not in SHOWN_INLINE or "download" in request.GET
    response["Content-Disposition"] = content_disposition_header(is_saved, shown.attachment.name) or "attachment"
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
