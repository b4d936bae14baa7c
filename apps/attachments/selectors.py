"""Reading attachments."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from apps.attachments.errors import AttachmentUnknown
from apps.attachments.models import Attachment, Source
from apps.refunds.models import Refund


@dataclass(frozen=True)
class Room:
    """How many attachments a refund has, and their bytes together."""

    files: int
    size: int


def attachments_of(refund: Refund) -> list[Attachment]:
    """Return a refund's attachments in the order in which they were sent."""
    return list(Attachment.objects.filter(refund=refund).order_by("source", "source_id", "position"))


def attachment_of(attachment_id: str, *, refund_id: str) -> Attachment:
    """Return one attachment of a refund. Raises AttachmentUnknown."""
    found = Attachment.objects.filter(pk=attachment_id, refund_id=refund_id).first()
    if found is None:
        raise AttachmentUnknown
    return found


def room_taken(refund: Refund, *, by_colleagues: bool) -> Room:
    """Count what a refund has from its customer, or from colleagues: neither takes the other's room.

    Call with the refund locked, else the count may be outrun.
    """
    rows = Attachment.objects.filter(refund=refund)
    rows = rows.filter(source=Source.NOTE) if by_colleagues else rows.exclude(source=Source.NOTE)
    counted = rows.aggregate(files=Count("pk"), size=Sum("size"))
    return Room(counted["files"], counted["size"] or 0)
