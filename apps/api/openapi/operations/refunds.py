"""/refunds."""

from django.utils.translation import gettext_lazy as _

from apps.api.openapi.declarations import Answer, Body, Header, Idempotency, ListOf, Onward, Operation
from apps.api.openapi.tags import Tag
from apps.api.queries import RefundListQuery
from apps.api.records import InformationRecord, PayoutRecord, WithdrawalRecord
from apps.api.views.refunds import RefundCollection, RefundDetail, RefundInformation, RefundPayout, RefundWithdrawal
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
from apps.common.errors import SeveralInvalid
from apps.refunds.documents import RefundDocument
from apps.refunds.errors import (
    AccountNotOfOrder,
    AccountUnknown,
    AmountExceedsLine,
    AmountExceedsOrder,
    CurrencyDiffers,
    IllegalTransition,
    LineUnknown,
    OrderUnknown,
    ReferenceUsed,
    RefundBusy,
    RefundUnknown,
    RequestedBeforeOrder,
    RequestedInFuture,
    ShopNotOfOrder,
)
from apps.refunds.records import RefundRecord

_ID = {"refund_id": "$response.body#/id"}
_ONWARD = {
    "read": Onward("readRefund", _ID, description=_("Read it again.")),
    "withdraw": Onward("withdrawRefund", _ID, description=_("Withdraw it.")),
    "information": Onward("answerInformationRequest", _ID, description=_("Answer what the customer is asked.")),
    "payout": Onward("reportPayout", _ID, description=_("Report the payout.")),
}
INTAKE_REFUSALS = (
    SeveralInvalid,
    OrderUnknown,
    AccountUnknown,
    AccountNotOfOrder,
    ShopNotOfOrder,
    LineUnknown,
    CurrencyDiffers,
    RequestedBeforeOrder,
    RequestedInFuture,
    AmountExceedsOrder,
    AmountExceedsLine,
    ReferenceUsed,
)
EVIDENCE_REFUSALS = (
    SeveralInvalid,
    AttachmentsTooMany,
    AttachmentsTooLarge,
    AttachmentTooLarge,
    AttachmentNotBase64,
    AttachmentEmpty,
    AttachmentTypeUnknown,
    AttachmentTypeDiffers,
    AttachmentDamaged,
    AttachmentPixelsTooMany,
    AttachmentsExhausted,
    StorageFull,
    StorageUnavailable,
)
MOVE_REFUSALS = (RefundUnknown, IllegalTransition, RefundBusy)


def _moved(example: str) -> Answer:
    return Answer(200, _("The refund as it is now."), RefundDocument, example, (Header.ETAG,), _ONWARD)


OPERATIONS = {
    (RefundCollection, "POST"): Operation(
        "submitRefund",
        Tag.REFUNDS,
        _("Submit a refund"),
        _(
            "Takes a refund in, weighs it, and begins it as `released` (pay now), `held` (pay when the hold ends) "
            "or `pending_review` (a person looks). The order comes along whole, or by its id alone when it was sent "
            "before; the same goes for account and shop. Lines, where given, sum to the amount."
        ),
        (
            Answer(
                201,
                _("The refund, with its risk and where it begins."),
                RefundDocument,
                "refund_pending",
                (Header.ETAG, Header.LOCATION),
                _ONWARD,
            ),
        ),
        body=Body(
            RefundRecord,
            {"refund": _("A refund with its whole order"), "refund_short": _("The order was sent before")},
        ),
        idempotency=Idempotency.REQUIRED,
        refusals=INTAKE_REFUSALS,
    ),
    (RefundCollection, "GET"): Operation(
        "listRefunds",
        Tag.REFUNDS,
        _("List refunds"),
        _(
            "Newest first. All filters that are given must hold. Walking by `next_cursor` to the end visits each "
            "refund once, even while others come in."
        ),
        (Answer(200, _("A page of refunds."), ListOf(RefundDocument), "refund_list", (Header.ETAG, Header.LINK)),),
        query=RefundListQuery,
    ),
    (RefundDetail, "GET"): Operation(
        "readRefund",
        Tag.REFUNDS,
        _("Read a refund"),
        _("The refund as it is now. Who reviewed it is never shown."),
        (Answer(200, _("The refund."), RefundDocument, "refund_held", (Header.ETAG,), _ONWARD),),
        refusals=(RefundUnknown,),
    ),
    (RefundWithdrawal, "POST"): Operation(
        "withdrawRefund",
        Tag.REFUNDS,
        _("Withdraw a refund"),
        _("The customer takes the request back. Possible until the money is released, and after a payout failed."),
        (_moved("refund_withdrawn"),),
        body=Body(WithdrawalRecord, {"withdrawal": _("With a reason")}, required=False),
        idempotency=Idempotency.OPTIONAL,
        checks_version=True,
        refusals=MOVE_REFUSALS,
    ),
    (RefundInformation, "POST"): Operation(
        "answerInformationRequest",
        Tag.REFUNDS,
        _("Answer an information request"),
        _("Hands in what the customer was asked for. The case goes back to the queue, and its clock runs again."),
        (_moved("refund_pending"),),
        body=Body(InformationRecord, {"information": _("A text and a verified document")}, required=False),
        idempotency=Idempotency.OPTIONAL,
        checks_version=True,
        refusals=(*MOVE_REFUSALS, *EVIDENCE_REFUSALS),
    ),
    (RefundPayout, "POST"): Operation(
        "reportPayout",
        Tag.REFUNDS,
        _("Report a payout"),
        _("Tells what you did with released money: paid, or failed. After a failure a person looks."),
        (_moved("refund_paid"),),
        body=Body(PayoutRecord, {"payout_paid": _("Paid"), "payout_failed": _("Failed")}),
        idempotency=Idempotency.OPTIONAL,
        checks_version=True,
        refusals=MOVE_REFUSALS,
    ),
}
