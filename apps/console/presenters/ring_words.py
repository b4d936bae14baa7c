"""Rings in words: what each kind is, what chance says, and the usual innocent cause."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.console.presenters.marks import State
from apps.rings.kinds import Kind
from apps.rings.models import RingStatus
from apps.risk.factors.rings import CODE_OF_KIND
from apps.risk.wording import INNOCENT, RINGS

FIGURES: dict[str, str | Promise] = {
    "surprise": gettext_lazy("Surprise"),
    "counterparties": gettext_lazy("Counterparties"),
    "passed_on": gettext_lazy("Receipts passed on"),
    "share": gettext_lazy("Share passed on"),
    "orders": gettext_lazy("Orders"),
    "asked_back": pgettext_lazy("figure of a ring", "Asked back"),
    "buyers": gettext_lazy("Buyers"),
    "tied": gettext_lazy("Tied to the owner"),
    "returned": gettext_lazy("Came back by transfer"),
    "to_owner": gettext_lazy("Refunds that went to the owner"),
    "kinds": gettext_lazy("Kinds of identifiers shared"),
    "abusive": gettext_lazy("Members who ask back half of what they buy"),
}

IDENTIFIERS: dict[str, str | Promise] = {
    "phone": pgettext_lazy("shared identifier", "one phone"),
    "id_document": pgettext_lazy("shared identifier", "one identity document"),
    "bank_card": pgettext_lazy("shared identifier", "one bank card"),
    "instrument": pgettext_lazy("shared identifier", "one payment instrument"),
    "device": pgettext_lazy("shared identifier", "one device"),
    "address": pgettext_lazy("shared identifier", "one network address"),
}

_STATES = {
    RingStatus.SUSPECTED: ("warn", "alert-triangle"),
    RingStatus.CONFIRMED: ("bad", "circle-x"),
    RingStatus.DISMISSED: ("", "circle-check"),
}


def ring_state(status: str) -> State:
    """Return what a supervisor made of it as a mark and a word."""
    tone, icon = _STATES[RingStatus(status)]
    return State(str(RingStatus(status).label), tone, icon)


def kind_words(kind: str) -> str:
    """Say what rings of a kind are."""
    return str(RINGS[Kind(kind)])


def innocent_words(kind: str) -> str:
    """Say what else it may be."""
    return str(INNOCENT[CODE_OF_KIND[Kind(kind)]])


def chance_words(chance: float) -> str:
    """Say how likely chance alone makes such a ring in this client's data."""
    if chance >= 1:
        return _("Chance alone makes about %(n)s as surprising in data like these.") % {"n": f"{chance:.1f}"}
    if chance <= 0:
        return _("Chance makes nothing as surprising in data like these.")
    return _("Chance alone makes one as surprising in %(n)s sets of data like these.") % {"n": f"{round(1 / chance):,}"}


def figure_words(value: float) -> str:
    """Write a figure: whole numbers whole, shares with two decimals."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.2f}"
