"""/accounts, /shops, /orders, /transfers."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.api.errors import IdentifierDiffers
from apps.api.openapi.declarations import Answer, Body, Operation
from apps.api.openapi.tags import Tag
from apps.api.views.marketplace import (
    AccountDetail,
    AccountVerification,
    OrderDetail,
    ShopDetail,
    TransferDetail,
    TransferTaken,
)
from apps.common.errors import Refusal
from apps.identity.records import VerificationRecord
from apps.marketplace.documents import AccountDocument, OrderDocument, ShopDocument
from apps.marketplace.records import AccountRecord, OrderRecord, ShopRecord, TransferRecord
from apps.refunds.errors import AccountUnknown
from apps.refunds.services.promises import OrderPromised


def _created_or_updated(document: Any, example: str) -> tuple[Answer, ...]:
    return (
        Answer(200, _("It was there before, and is now as shown."), document, example),
        Answer(201, _("It is new."), document, example),
    )


def _put(
    identifier: str,
    record: Any,
    document: Any,
    *,
    examples: tuple[str, str],
    summary: Promise,
    description: Promise,
    refusals: tuple[type[Refusal], ...] = (),
) -> Operation:
    sent, answered = examples
    return Operation(
        identifier,
        Tag.MARKETPLACE,
        summary,
        description,
        _created_or_updated(document, answered),
        body=Body(record, {sent: summary}, told_by_address=("id",)),
        refusals=(IdentifierDiffers, *refusals),
    )


OPERATIONS = {
    (AccountDetail, "PUT"): _put(
        "putAccount",
        AccountRecord,
        AccountDocument,
        examples=("account", "account_answer"),
        summary=_("Create or update an account"),
        description=_(
            "A buyer's account. Fields that are left out stay as they were; null erases. Numbers are never returned."
        ),
    ),
    (AccountVerification, "PATCH"): Operation(
        "changeVerification",
        Tag.MARKETPLACE,
        _("Change verification factors"),
        _(
            "Tells the state of one or several factors anew, each as a whole. An open case that waits for one of them "
            "goes back to the queue."
        ),
        (Answer(200, _("The account as it is now."), AccountDocument, "account_answer"),),
        body=Body(VerificationRecord, {"verification": _("An identity document was verified")}),
        refusals=(AccountUnknown,),
    ),
    (ShopDetail, "PUT"): _put(
        "putShop",
        ShopRecord,
        ShopDocument,
        examples=("shop", "shop_answer"),
        summary=_("Create or update a shop"),
        description=_("A shop on your platform. Fields that are left out stay as they were; null erases."),
    ),
    (OrderDetail, "PUT"): _put(
        "putOrder",
        OrderRecord,
        OrderDocument,
        examples=("order", "order_answer"),
        summary=_("Create or update an order"),
        description=_(
            "A purchase with its lines and payments. It replaces the order of this id; what is optional stays."
        ),
        refusals=(OrderPromised,),
    ),
    (TransferDetail, "PUT"): _put(
        "putTransfer",
        TransferRecord,
        TransferTaken,
        examples=("transfer", "transfer_answer"),
        summary=_("Create or update a transfer"),
        description=_("Money that went from one account to another outside an order."),
    ),
}
