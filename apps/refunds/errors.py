"""Why a refund is turned down or stays where it is."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound, Refusal
from apps.common.money import written


class RefundUnknown(NotFound):
    """This client has no such refund."""

    code = "refund_unknown"
    title = _("Unknown refund")
    message = _("There is no refund {refund_id}.")


class IllegalTransition(Conflict):
    """The lifecycle table forbids the move."""

    code = "illegal_transition"
    title = _("Status does not allow this")
    message = _("A refund that is {before} cannot become {after}.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"current_status": self.facts["before"], "requested_status": self.facts["after"]}


class RefundBusy(Conflict):
    """Something else moved the refund at the same instant."""

    code = "refund_busy"
    title = _("Refund is being changed")
    message = _("The refund {refund_id} was changed at the same moment. Read it and try again.")


class VersionStale(Refusal):
    """The caller acted on an older version than the present one."""

    code = "version_stale"
    title = _("Refund has changed")
    message = _("The refund is at version {version} now. Read it again before you change it.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"version": self.facts["version"]}


class ReferenceUsed(Conflict):
    """The client has given this reference before."""

    code = "reference_used"
    title = _("Reference already used")
    message = _("The reference {reference} belongs to refund {refund_id}.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"refund_id": self.facts["refund_id"]}


class OrderUnknown(Invalid):
    """The order was never sent."""

    code = "order_unknown"
    title = _("Unknown order")
    message = _("There is no order {order_id}. Send it first, or whole in the refund.")


class AccountUnknown(Invalid):
    """The account was never sent."""

    code = "account_unknown"
    title = _("Unknown account")
    message = _("There is no account {account_id}. Send it first, or whole in the refund.")


class AccountNotOfOrder(Invalid):
    """Another account bought the order."""

    code = "account_not_of_order"
    title = _("Account does not match")
    message = _("Order {order_id} was bought by another account than {account_id}.")


class ShopNotOfOrder(Invalid):
    """Another shop sold the order."""

    code = "shop_not_of_order"
    title = _("Shop does not match")
    message = _("Order {order_id} was sold by another shop than {shop_id}.")


class LineUnknown(Invalid):
    """The order has no such line."""

    code = "line_unknown"
    title = _("Unknown line")
    message = _("Order {order_id} has no line {line_id}.")


class CurrencyDiffers(Invalid):
    """Refunds are in the order's currency."""

    code = "currency_differs"
    title = _("Currency does not match")
    message = _("The order is in {expected}, the refund in {given}.")


class RequestedBeforeOrder(Invalid):
    """A refund cannot be asked for before the purchase."""

    code = "requested_before_order"
    title = _("Requested before the order")
    message = _("The refund was requested before the order was placed ({placed_at}).")


class RequestedInFuture(Invalid):
    """The clock of the client is far ahead, or the value is wrong."""

    code = "requested_in_future"
    title = _("Requested in the future")
    message = _("The refund was requested more than 24 hours from now.")


class _AmountTooHigh(Invalid):
    """Names what is left, in minor units for machines and written for people."""

    @property
    def detail(self) -> str:
        left, currency = self.facts["left"], self.facts["currency"]
        return str(self.message).format(**self.facts, left_written=written(left, currency))

    @property
    def extensions(self) -> dict[str, Any]:
        return {"left_to_refund": self.facts["left"], "currency": self.facts["currency"]}


class AmountExceedsOrder(_AmountTooHigh):
    """More than the order's payments leave to refund."""

    code = "amount_exceeds_order"
    title = _("Amount too high")
    message = _("The payments of order {order_id} leave {left_written} to refund.")


class AmountExceedsLine(_AmountTooHigh):
    """More than the line leaves to refund."""

    code = "amount_exceeds_line"
    title = _("Amount too high")
    message = _("Line {line_id} leaves {left_written} to refund.")
