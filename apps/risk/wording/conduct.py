"""The words of the factors in `factors.conduct`: what the customer did."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.risk.policy import FactorCode

TITLES: dict[FactorCode, str | Promise] = {
    FactorCode.REFUND_AFTER_CONSUMPTION: _("Refund after use"),
    FactorCode.REFUND_VALUE_SHARE: _("Share of value refunded"),
    FactorCode.REFUND_COUNT_SHARE: _("Share of orders refunded"),
    FactorCode.REFUND_VELOCITY: _("Refund frequency"),
    FactorCode.FAST_REFUND: _("Fast refund"),
}

SENTENCES: dict[tuple[FactorCode, str], str | Promise] = {
    (FactorCode.REFUND_AFTER_CONSUMPTION, "consumed"): _(
        "%(observed)s of the goods, by value, was used before the request for %(amount)s."
    ),
    (FactorCode.REFUND_AFTER_CONSUMPTION, "viewed"): _(
        "Goods worth %(amount)s were viewed before the request; a code that was seen may have been used."
    ),
    (FactorCode.REFUND_VALUE_SHARE, "share"): _(
        "%(observed)s of the value bought in %(window)s was asked back: %(refunded)s of %(bought)s, "
        "%(baskets)s of %(orders)s orders."
    ),
    (FactorCode.REFUND_COUNT_SHARE, "share"): _(
        "%(baskets)s of %(orders)s orders in %(window)s were asked back (%(observed)s)."
    ),
    (FactorCode.REFUND_VELOCITY, "baskets"): ngettext_lazy(
        "%(n)s order was asked back within %(window)s.", "%(n)s orders were asked back within %(window)s.", "n"
    ),
    (FactorCode.FAST_REFUND, "minutes"): _("Asked back %(observed)s after payment."),
}

INNOCENT: dict[FactorCode, str | Promise] = {
    FactorCode.REFUND_AFTER_CONSUMPTION: _(
        "Faulty or wrong goods are often noticed only on first use, and looking at a code is not using it."
    ),
    FactorCode.REFUND_VALUE_SHARE: _(
        "One costly order sent back moves the share; a shop's own fault can bring back several at once."
    ),
    FactorCode.REFUND_COUNT_SHARE: _(
        "Who orders little, or tries several versions, soon has a high share: one ordinary customer in thirteen does."
    ),
    FactorCode.REFUND_VELOCITY: _(
        "A delayed delivery, a cancelled event or a tidy-up after a sale brings several refunds together."
    ),
    FactorCode.FAST_REFUND: _(
        "A wrong click or a double order is noticed at once: one real cancellation in eleven comes within ten minutes."
    ),
}
