"""The words of the factors in `factors.rhythm`: how the account buys and refunds over time."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.risk.policy import FactorCode

TITLES: dict[FactorCode, str | Promise] = {
    FactorCode.BUY_REFUND_CYCLE: _("Circular refunds"),
    FactorCode.STRUCTURING: _("Amounts below a limit"),
    FactorCode.DORMANT_THEN_ACTIVE: _("Dormant, then active"),
    FactorCode.BURST: _("Burst of orders"),
    FactorCode.ODD_HOURS: _("Odd hour"),
}

SENTENCES: dict[tuple[FactorCode, str], str | Promise] = {
    (FactorCode.BUY_REFUND_CYCLE, "rounds"): ngettext_lazy(
        "Like goods were bought again after they had been asked back, %(n)s time in %(window)s.",
        "Like goods were bought again after they had been asked back, %(n)s times in %(window)s.",
        "n",
    ),
    (FactorCode.BUY_REFUND_CYCLE, "like"): ngettext_lazy(
        "%(n)s of %(like_bought)s order of like goods was asked back in %(window)s.",
        "%(n)s of %(like_bought)s orders of like goods were asked back in %(window)s.",
        "n",
    ),
    (FactorCode.BUY_REFUND_CYCLE, "here"): ngettext_lazy(
        "%(n)s of %(here_bought)s order in this shop was asked back in %(window)s, "
        "and %(elsewhere_refunded)s of %(elsewhere_bought)s in other shops.",
        "%(n)s of %(here_bought)s orders in this shop were asked back in %(window)s, "
        "and %(elsewhere_refunded)s of %(elsewhere_bought)s in other shops.",
        "n",
    ),
    (FactorCode.STRUCTURING, "below"): ngettext_lazy(
        "%(n)s amount in %(window)s is less than %(percent)s%% below %(limit)s.",
        "%(n)s different amounts in %(window)s are less than %(percent)s%% below %(limit)s.",
        "n",
    ),
    (FactorCode.DORMANT_THEN_ACTIVE, "slept"): _(
        "Nothing was bought for %(observed)s, then %(orders)s orders came within %(window)s."
    ),
    (FactorCode.BURST, "orders"): ngettext_lazy(
        "%(n)s order within %(window)s; on a usual day it is %(usual)s.",
        "%(n)s orders within %(window)s; on a usual day it is %(usual)s.",
        "n",
    ),
    (FactorCode.ODD_HOURS, "habit"): _(
        "Ordered at a time of day at which the account hardly ever buys: "
        "%(near)s of %(orders)s earlier orders came within two hours of it."
    ),
}

INNOCENT: dict[FactorCode, str | Promise] = {
    FactorCode.BUY_REFUND_CYCLE: _("A size, an edition or a code that does not work is tried again until it fits."),
    FactorCode.STRUCTURING: _("Discounts and delivery make odd sums just below what is free of charge."),
    FactorCode.DORMANT_THEN_ACTIVE: _("Players come back for a new season, and families for a feast."),
    FactorCode.BURST: _("A campaign day or a new game makes everybody buy at once."),
    FactorCode.ODD_HOURS: _("People travel, work in shifts and cannot sleep."),
}
