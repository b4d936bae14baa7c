"""Problems of attachments and appeals."""

from django.utils.translation import gettext_lazy as _

from apps.api.problem_types.entry import ProblemType
from apps.attachments.errors import (
    AttachmentDamaged,
    AttachmentEmpty,
    AttachmentNotBase64,
    AttachmentPixelsTooMany,
    AttachmentsExhausted,
    AttachmentsTooLarge,
    AttachmentsTooMany,
    AttachmentTooLarge,
    AttachmentTypeDiffers,
    AttachmentTypeUnknown,
    StorageFull,
    StorageUnavailable,
)

_CONTENT, _TYPE = "/attachments/0/content_base64", "/attachments/0/media_type"
_MEGABYTE = 1024 * 1024

ENTRIES = (
    ProblemType(
        AttachmentsTooMany(pointer="/attachments", limit=10),
        _("One request carries more files than it may."),
        _("Send the most telling ones, at most `limit`."),
    ),
    ProblemType(
        AttachmentsTooLarge(pointer="/attachments", limit=20 * _MEGABYTE),
        _("The files of one request have more bytes together than they may."),
        _("Send smaller pictures, or fewer."),
    ),
    ProblemType(
        AttachmentTooLarge(pointer=_CONTENT, limit=5 * _MEGABYTE),
        _("One file has more bytes than it may."),
        _("Send a smaller picture; a photograph of a document needs no more than 2,000 pixels on a side."),
    ),
    ProblemType(
        AttachmentNotBase64(pointer=_CONTENT),
        _("The content is not base64 as RFC 4648, section 4, has it."),
        _("Encode the bytes with the standard alphabet and padding, without line breaks or a data: prefix."),
    ),
    ProblemType(
        AttachmentEmpty(pointer=_CONTENT),
        _("The file has no bytes at all."),
        _("Check that it was read before it was encoded."),
    ),
    ProblemType(
        AttachmentTypeUnknown(pointer=_TYPE, choices="image/jpeg, image/png, application/pdf"),
        _("Files of this type are not taken."),
        _("Convert it to one of the types that the problem lists."),
    ),
    ProblemType(
        AttachmentTypeDiffers(pointer=_TYPE, declared="image/png"),
        _("By its content the file is of another type than `media_type` says."),
        _("Take the type from the content, not from the file's name."),
    ),
    ProblemType(
        AttachmentDamaged(pointer=_CONTENT, declared="image/png"),
        _("The file begins like one of its type, but is not whole."),
        _("Send the whole file. An upload may have been cut off on the way to you."),
    ),
    ProblemType(
        AttachmentPixelsTooMany(pointer=_CONTENT, width=30_000, height=30_000, limit=50_000_000),
        _("The picture is small on the wire and enormous once it is drawn."),
        _("Send it with fewer pixels."),
    ),
    ProblemType(
        AttachmentsExhausted(files=30, size="60 MB"),
        _("The refund has as many files already as one refund may have."),
        _("Say in the text what matters; the files that are there can be seen by whoever decides."),
    ),
    ProblemType(
        StorageFull(),
        _("There is no room left to store files. Nothing was done."),
        _("Tell the operator. The same request may be sent again later with the same Idempotency-Key."),
    ),
    ProblemType(
        StorageUnavailable(),
        _("Files could not be stored just now. Nothing was done."),
        _("Wait for as long as Retry-After says, and send it again with the same Idempotency-Key."),
    ),
)
