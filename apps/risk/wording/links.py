"""The words of the factors in `factors.links` and `factors.rings`: what ties the buyer to others."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.rings.kinds import Kind
from apps.risk.policy import FactorCode

TITLES: dict[FactorCode, str | Promise] = {
    FactorCode.SHARED_DEVICE: _("Shared device"),
    FactorCode.SHARED_IP: _("Shared network"),
    FactorCode.SHOP_BUYER_LINK: _("Buyer and shop linked"),
    FactorCode.SHOP_CONCENTRATION: _("Few buyers, or a surge"),
    FactorCode.DENSE_BLOCK: _("Dense block"),
    FactorCode.MONEY_CYCLE: _("Money cycle"),
    FactorCode.FAN_IN: _("Fan-in"),
    FactorCode.FAN_OUT: _("Fan-out"),
    FactorCode.PASS_THROUGH: _("Pass-through"),
}

# What the ring is, as the sentences below name it.
RINGS: dict[Kind, str | Promise] = {
    Kind.CYCLE: _("money that goes round in a circle"),
    Kind.FAN_IN: _("many who pay one account"),
    Kind.FAN_OUT: _("one account that pays many"),
    Kind.PASS_THROUGH: _("money that is passed on as soon as it comes in"),
    Kind.DENSE_BLOCK: _("the same accounts asking money back in the same shops"),
    Kind.SHARED_IDENTITY: _("accounts that one person seems to run"),
    Kind.SELF_DEALING: _("a shop whose owner seems to be its own customer"),
}

_RING_RULES: dict[str, str | Promise] = {
    "ring": _("The buyer belongs to a suspected ring: %(ring)s (score %(observed)s of 100)."),
    "ring_confirmed": _("The buyer belongs to a ring that a supervisor confirmed: %(ring)s."),
    "ring_edge": _("The buyer or the shop touches a suspected ring: %(ring)s (score %(observed)s of 100)."),
    "ring_edge_confirmed": _("The buyer or the shop touches a ring that a supervisor confirmed: %(ring)s."),
}
_OF_RINGS = (
    FactorCode.DENSE_BLOCK,
    FactorCode.MONEY_CYCLE,
    FactorCode.FAN_IN,
    FactorCode.FAN_OUT,
    FactorCode.PASS_THROUGH,
    FactorCode.SHARED_IDENTITY,
    FactorCode.SHOP_BUYER_LINK,
)

SENTENCES: dict[tuple[FactorCode, str], str | Promise] = {
    (FactorCode.SHARED_DEVICE, "accounts"): ngettext_lazy(
        "%(n)s other account bought or asked money back from the same device in %(window)s.",
        "%(n)s other accounts bought or asked money back from the same device in %(window)s.",
        "n",
    ),
    (FactorCode.SHARED_DEVICE, "hub"): ngettext_lazy(
        "At least %(n)s other account uses the same device: it is a public one, and weighs nothing.",
        "At least %(n)s other accounts use the same device: it is a public one, and weighs nothing.",
        "n",
    ),
    (FactorCode.SHARED_IP, "accounts"): ngettext_lazy(
        "%(n)s other account bought or asked money back from the same network address in %(window)s.",
        "%(n)s other accounts bought or asked money back from the same network address in %(window)s.",
        "n",
    ),
    (FactorCode.SHARED_IP, "hub"): ngettext_lazy(
        "At least %(n)s other account comes from the same network address: it is a public one, and weighs nothing.",
        "At least %(n)s other accounts come from the same network address: it is a public one, and weighs nothing.",
        "n",
    ),
    (FactorCode.SHOP_CONCENTRATION, "top"): _(
        "Five buyers, this one among them, placed %(observed)s of the shop's %(orders)s orders in %(window)s."
    ),
    (FactorCode.SHOP_CONCENTRATION, "surge"): ngettext_lazy(
        "The shop had %(n)s order within %(window)s; in a usual week it is %(usual)s.",
        "The shop had %(n)s orders within %(window)s; in a usual week it is %(usual)s.",
        "n",
    ),
    (FactorCode.SHOP_BUYER_LINK, "owner"): _("The buyer owns the shop."),
    (FactorCode.SHOP_BUYER_LINK, "id_document"): _(
        "Buyer and owner of the shop (%(owner)s) have one identity document."
    ),
    (FactorCode.SHOP_BUYER_LINK, "bank_card"): _(
        "Buyer and owner of the shop (%(owner)s) are verified by one bank card."
    ),
    (FactorCode.SHOP_BUYER_LINK, "phone"): _("Buyer and owner of the shop (%(owner)s) have one phone."),
    (FactorCode.SHOP_BUYER_LINK, "destination"): _("The refund is to go to the owner of the shop (%(owner)s)."),
    (FactorCode.SHOP_BUYER_LINK, "payer"): _("The owner of the shop (%(owner)s) paid for the order."),
    (FactorCode.SHOP_BUYER_LINK, "instrument"): _(
        "The order was paid with an instrument that the owner of the shop (%(owner)s) pays with too."
    ),
    (FactorCode.SHOP_BUYER_LINK, "device"): _("Buyer and owner of the shop (%(owner)s) use one device."),
} | {(code, rule): sentence for code in _OF_RINGS for rule, sentence in _RING_RULES.items()}

INNOCENT: dict[FactorCode, str | Promise] = {
    FactorCode.SHARED_DEVICE: _("Families share a tablet, and shops lend a device to their customers."),
    FactorCode.SHARED_IP: _("Dormitories, offices and mobile networks put many people behind one address."),
    FactorCode.SHOP_BUYER_LINK: _("Owners test their own shop, and buy for family and friends."),
    FactorCode.SHOP_CONCENTRATION: _("A small shop lives on few regulars, and a campaign multiplies its sales."),
    FactorCode.DENSE_BLOCK: _("A group of friends buys in the same shop, and the shop sold bad goods to all of them."),
    FactorCode.MONEY_CYCLE: _("Friends lend and repay in turns, and savings clubs pay round by design."),
    FactorCode.FAN_IN: _("Somebody collects for a present, a trip or a rent."),
    FactorCode.FAN_OUT: _("Wages, prizes and shared costs go from one to many."),
    FactorCode.PASS_THROUGH: _("Somebody buys for others and is paid for it, or lives from hand to mouth."),
}
