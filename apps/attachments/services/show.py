"""Showing an attachment to a person, and recording that it was seen."""

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from apps.attachments.errors import AttachmentUnreadable
from apps.attachments.models import Attachment
from apps.attachments.selectors import attachment_of
from apps.attachments.services.keep import attachment_storage
from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.ciphers import ValueUnreadable, unsealed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ShownAttachment:
    """An attachment with its content, as it was sent."""

    attachment: Attachment
    content: bytes


def attachment_show(attachment_id: str, *, refund_id: str, actor: Actor, now: datetime) -> ShownAttachment:
    """Return an attachment of a refund and record who opened it.

    Raises AttachmentUnknown, AttachmentUnreadable; then nothing is recorded,
    for nobody saw anything. The log names the attachment by its id: a file's
    name often is a person's.
    """
    attachment = attachment_of(attachment_id, refund_id=refund_id)
    content = _content(attachment)
    audit_record(
        Action.ATTACHMENT_OPENED,
        actor=actor,
        now=now,
        refund_id=attachment.refund_id,
        case_id=attachment.case_id,
        subject=attachment.pk,
        changes={"attachment": attachment.pk},
    )
    return ShownAttachment(attachment, content)


def _content(attachment: Attachment) -> bytes:
    try:
        with attachment_storage().open(attachment.stored_as) as file:
            content = unsealed(file.read())
    except (OSError, ValueUnreadable) as fault:
        logger.exception("attachment cannot be read: %s", attachment.pk)
        raise AttachmentUnreadable from fault
    if sha256(content).hexdigest() != attachment.sha256:
        logger.error("attachment is not what was sent: %s", attachment.pk)
        raise AttachmentUnreadable
    return content
