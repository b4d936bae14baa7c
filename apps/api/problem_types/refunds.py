"""Problems of refunds and what belongs to them."""

from django.utils.translation import gettext_lazy as _

from apps.api.problem_types.entry import ProblemType
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
    VersionStale,
)
from apps.refunds.services.promises import OrderPromised

_REFUND = "rfd_01kam6s0xj4t2c8v5qwz3n7y9e"

ENTRIES = (
    ProblemType(
        RefundUnknown(refund_id=_REFUND),
        _("You have no refund of this id. Another client's refund is unknown to you too."),
        _("Use the id that POST /refunds answered, or find the refund by GET /refunds?reference=…"),
    ),
    ProblemType(
        IllegalTransition(before="paid", after="withdrawn"),
        _("The refund's present status does not lead to the one that this operation makes. Nothing was changed."),
        _("Read the refund: something else happened to it first. `current_status` says where it is."),
    ),
    ProblemType(
        RefundBusy(refund_id=_REFUND),
        _("Somebody changed the refund at the same moment. Nothing was done."),
        _("Wait for as long as Retry-After says, read the refund, and send the request again if it still fits."),
    ),
    ProblemType(
        VersionStale(version=5),
        _("The version in If-Match is not the present one, so you decided on old knowledge. Nothing was done."),
        _("Read the refund again, decide anew, and send its new ETag."),
    ),
    ProblemType(
        ReferenceUsed(pointer="/reference", reference="RF-20260314-0001", refund_id=_REFUND),
        _("You have submitted a refund of this reference before."),
        _("If it is the same refund, read it: its id is in `refund_id`. If not, give it a reference of its own."),
    ),
    ProblemType(
        OrderUnknown(pointer="/order/id", order_id="O-991"),
        _("The refund names its order by id alone, and no such order was sent."),
        _("Send the whole order in the refund, or before it by PUT /orders/{id} or POST /history."),
    ),
    ProblemType(
        AccountUnknown(pointer="/account/id", account_id="A-17"),
        _("No account of this id was ever sent."),
        _("Send it by PUT /accounts/{id} first. An order makes its buyer's account known."),
    ),
    ProblemType(
        AccountNotOfOrder(pointer="/account/id", order_id="O-991", account_id="A-18"),
        _("The account in the refund is not the one that bought the order."),
        _("Leave `account` out, or name the order's own. Whoever receives the money belongs in `destination`."),
    ),
    ProblemType(
        ShopNotOfOrder(pointer="/shop/id", order_id="O-991", shop_id="S-4"),
        _("The shop in the refund is not the one that sold the order."),
        _("Leave `shop` out, or name the order's own."),
    ),
    ProblemType(
        OrderPromised(order_id="O-991", promised_written="CN¥648.00"),
        _("More is approved of the order already than its payments would be after this change."),
        _("Check the payments and the currency. What was approved can no longer be taken from under the customer."),
    ),
    ProblemType(
        LineUnknown(pointer="/lines/0/id", order_id="O-991", line_id="7"),
        _("The order has no line of this id."),
        _("Use the ids of the order's lines as you sent them."),
    ),
    ProblemType(
        CurrencyDiffers(pointer="/currency", expected="CNY", given="USD"),
        _("The refund is in another currency than its order."),
        _("Ask for the amount in the order's currency."),
    ),
    ProblemType(
        RequestedBeforeOrder(pointer="/requested_at", placed_at="2026-03-14T01:02:00Z"),
        _("The refund was asked for before the order was placed."),
        _("Check both times and their offsets from UTC."),
    ),
    ProblemType(
        RequestedInFuture(pointer="/requested_at"),
        _("The refund was asked for more than 24 hours after our clock."),
        _("Check your clock and the offset from UTC."),
    ),
    ProblemType(
        AmountExceedsOrder(pointer="/amount", order_id="O-991", left=30_000, currency="CNY"),
        _("The order's payments, less every refund that was not denied or withdrawn, leave less than this."),
        _("Ask for at most `left_to_refund`, or withdraw an earlier refund first."),
    ),
    ProblemType(
        AmountExceedsLine(pointer="/lines/0/amount", line_id="1", left=10_000, currency="CNY"),
        _("The order line, less what was asked for before, leaves less than this."),
        _("Ask for at most `left_to_refund` of this line."),
    ),
)
