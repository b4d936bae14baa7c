"""The words of the factors in `factors.person`: who the customer is."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.risk.policy import FactorCode

TITLES: dict[FactorCode, str | Promise] = {
    FactorCode.NEW_ACCOUNT: _("New account"),
    FactorCode.WEAK_VERIFICATION: _("Weak verification"),
    FactorCode.SHARED_IDENTITY: _("Shared identity"),
    FactorCode.SHARED_INSTRUMENT: _("Shared instrument"),
    FactorCode.SAME_REASON_TEXT: _("Same words"),
    FactorCode.PAST_OUTCOMES: _("Past outcomes"),
    FactorCode.MINOR_PURCHASE: _("Purchase by a minor"),
}

SENTENCES: dict[tuple[FactorCode, str], str | Promise] = {
    (FactorCode.NEW_ACCOUNT, "days"): _("The account was %(observed)s old when the refund was asked for."),
    (FactorCode.WEAK_VERIFICATION, "states"): _("Not fully verified: %(states)s."),
    (FactorCode.WEAK_VERIFICATION, "untold"): _(
        "The client has told nothing about phone, identity document and bank card."
    ),
    (FactorCode.SHARED_IDENTITY, "phone"): ngettext_lazy(
        "The phone is also used by %(n)s other account.", "The phone is also used by %(n)s other accounts.", "n"
    ),
    (FactorCode.SHARED_IDENTITY, "id_document"): ngettext_lazy(
        "The identity document is also used by %(n)s other account.",
        "The identity document is also used by %(n)s other accounts.",
        "n",
    ),
    (FactorCode.SHARED_IDENTITY, "bank_card"): ngettext_lazy(
        "The bank card is also used by %(n)s other account.",
        "The bank card is also used by %(n)s other accounts.",
        "n",
    ),
    (FactorCode.SHARED_INSTRUMENT, "paid"): ngettext_lazy(
        "%(n)s other account uses the instrument that paid (%(instrument)s).",
        "%(n)s other accounts use the instrument that paid (%(instrument)s).",
        "n",
    ),
    (FactorCode.SHARED_INSTRUMENT, "destination"): ngettext_lazy(
        "%(n)s other account uses the refund's destination (%(instrument)s).",
        "%(n)s other accounts use the refund's destination (%(instrument)s).",
        "n",
    ),
    (FactorCode.SAME_REASON_TEXT, "alike"): ngettext_lazy(
        "%(n)s other account claimed nearly the same, word for word, in %(window)s.",
        "%(n)s other accounts claimed nearly the same, word for word, in %(window)s.",
        "n",
    ),
    (FactorCode.SAME_REASON_TEXT, "template"): ngettext_lazy(
        "At least %(n)s other account claimed nearly the same in %(window)s. "
        "So common a text is a template, and weighs nothing.",
        "At least %(n)s other accounts claimed nearly the same in %(window)s. "
        "So common a text is a template, and weighs nothing.",
        "n",
    ),
    (FactorCode.PAST_OUTCOMES, "denied"): ngettext_lazy(
        "%(n)s refund of this account was denied in %(window)s.",
        "%(n)s refunds of this account were denied in %(window)s.",
        "n",
    ),
    (FactorCode.PAST_OUTCOMES, "upheld"): ngettext_lazy(
        "%(n)s refund of this account was denied in %(window)s; upheld on appeal: %(upheld)s.",
        "%(n)s refunds of this account were denied in %(window)s; upheld on appeal: %(upheld)s.",
        "n",
    ),
    (FactorCode.PAST_OUTCOMES, "kept"): ngettext_lazy(
        "In the customer's favour: %(n)s earlier order kept, no refund denied in %(window)s.",
        "In the customer's favour: %(n)s earlier orders kept, no refund denied in %(window)s.",
        "n",
    ),
    (FactorCode.MINOR_PURCHASE, "account"): _(
        "The account belongs to a minor: a person decides, and how the goods were used counts for nothing."
    ),
    (FactorCode.MINOR_PURCHASE, "reason"): _(
        "Asked back as a purchase by a minor: a person decides, and how the goods were used counts for nothing."
    ),
}

INNOCENT: dict[FactorCode, str | Promise] = {
    FactorCode.NEW_ACCOUNT: _("Everybody's account was new once, and campaigns bring many new customers in a day."),
    FactorCode.WEAK_VERIFICATION: _(
        "Many platforms ask for documents only when needed, and documents expire or are changed in ordinary life."
    ),
    FactorCode.SHARED_IDENTITY: _(
        "Families share a phone or a card, and a person who forgot a password opens a second account."
    ),
    FactorCode.SHARED_INSTRUMENT: _("Couples, parents and small firms pay with one card."),
    FactorCode.SAME_REASON_TEXT: _(
        "One fault reaches many customers at once, and advice on how to complain is copied from forums."
    ),
    FactorCode.PAST_OUTCOMES: _("An earlier denial may have been for want of proof, or for another reason than abuse."),
    FactorCode.MINOR_PURCHASE: _("Children play on their parents' devices; the law lets such purchases be undone."),
}
