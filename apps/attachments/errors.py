"""Why an attachment is turned down, or cannot be shown."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound, Refusal


class AttachmentUnknown(NotFound):
    """There is no such attachment of this refund."""

    code = "attachment_unknown"
    title = _("Unknown attachment")
    message = _("There is no such attachment.")


class AttachmentsTooMany(Invalid):
    """More files than one request may carry."""

    code = "attachments_too_many"
    title = _("Too many attachments")
    message = _("Send no more than {limit} attachments with one request.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"limit": self.facts["limit"]}


class AttachmentsTooLarge(Invalid):
    """More bytes than one request may carry."""

    code = "attachments_too_large"
    title = _("Attachments too large")
    message = _("The attachments of one request may have at most {limit} bytes together.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"limit": self.facts["limit"]}


class AttachmentTooLarge(Invalid):
    """More bytes than one file may have."""

    code = "attachment_too_large"
    title = _("Attachment too large")
    message = _("An attachment may have at most {limit} bytes.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"limit": self.facts["limit"]}


class AttachmentNotBase64(Invalid):
    """The content is not base64 as RFC 4648 section 4 has it."""

    code = "attachment_not_base64"
    title = _("Attachment not readable")
    message = _("Must be base64 with its padding, without line breaks or a data: prefix.")


class AttachmentEmpty(Invalid):
    """A file without content."""

    code = "attachment_empty"
    title = _("Attachment empty")
    message = _("The attachment has no content.")


class AttachmentTypeUnknown(Invalid):
    """The media type is not on the list."""

    code = "attachment_type_unknown"
    title = _("Attachment type not accepted")
    message = _("Must be one of: {choices}.")


class AttachmentTypeDiffers(Invalid):
    """The content is something else than it says."""

    code = "attachment_type_differs"
    title = _("Attachment is of another type")
    message = _("The content is not {declared}.")


class AttachmentDamaged(Invalid):
    """It begins like the declared type, but is not whole."""

    code = "attachment_damaged"
    title = _("Attachment damaged")
    message = _("The content is not a whole file of the type {declared}.")


class AttachmentPixelsTooMany(Invalid):
    """The image would be enormous once it is drawn."""

    code = "attachment_pixels_too_many"
    title = _("Image too large")
    message = _("The image has {width} × {height} pixels; at most {limit} in all are accepted.")


class AttachmentsExhausted(Conflict):
    """The refund has as many attachments as it may have."""

    code = "attachments_exhausted"
    title = _("No room for more attachments")
    message = _("One refund may have at most {files} attachments with {size} bytes together.")


class StorageFull(Refusal):
    """The disk, or the quota on it, is used up. Nothing was stored and nothing moved."""

    code = "storage_full"
    title = _("Storage full")
    message = _("There is no room to store the attachments. Nothing was changed.")


class StorageUnavailable(Refusal):
    """The storage failed. Nothing was stored and nothing moved."""

    code = "storage_unavailable"
    title = _("Storage unavailable")
    message = _("The attachments could not be stored just now. Nothing was changed; try again in a moment.")


class AttachmentUnreadable(Refusal):
    """The file is missing, altered, or its key was taken away."""

    code = "attachment_unreadable"
    title = _("Attachment cannot be read")
    message = _("The stored file is missing or cannot be decrypted.")
