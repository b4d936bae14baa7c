"""The words of factors: titles, sentences, and the usual innocent explanations. Templates only."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from apps.risk.factors import Unweighed
from apps.risk.facts import InstrumentKind, VerificationKind, VerificationState
from apps.risk.policy import FactorCode

TITLES: dict[FactorCode, str | Promise] = {
    FactorCode.REFUND_AFTER_CONSUMPTION: _("Refund after use"),
    FactorCode.REFUND_VALUE_SHARE: _("Share of value refunded"),
    FactorCode.REFUND_COUNT_SHARE: _("Share of orders refunded"),
    FactorCode.REFUND_VELOCITY: _("Refund frequency"),
    FactorCode.FAST_REFUND: _("Fast refund"),
    FactorCode.NEW_ACCOUNT: _("New account"),
    FactorCode.WEAK_VERIFICATION: _("Weak verification"),
    FactorCode.SHARED_IDENTITY: _("Shared identity"),
    FactorCode.SHARED_INSTRUMENT: _("Shared instrument"),
    FactorCode.PAYER_MISMATCH: _("Payer mismatch"),
    FactorCode.DESTINATION_MISMATCH: _("Destination mismatch"),
    FactorCode.CREDIT_TO_CASH: _("Credit to cash"),
    FactorCode.PAST_OUTCOMES: _("Past outcomes"),
    FactorCode.MINOR_PURCHASE: _("Purchase by a minor"),
}

# (code, rule) -> sentence. What the placeholders hold, `sentences` says.
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
    (FactorCode.PAYER_MISMATCH, "elsewhere"): _(
        "Paid by account %(payer)s, not by the buyer, and the refund is not to go back to what paid."
    ),
    (FactorCode.PAYER_MISMATCH, "returned"): _("Paid by account %(payer)s, not by the buyer."),
    (FactorCode.DESTINATION_MISMATCH, "another"): _(
        "The refund is to go to another person's account %(holder)s (%(destination)s), which did not pay."
    ),
    (FactorCode.DESTINATION_MISMATCH, "new"): _(
        "The refund is to go to an instrument that did not pay for the order (%(destination)s)."
    ),
    (FactorCode.CREDIT_TO_CASH, "credit"): _(
        "%(observed)s of the order (%(amount)s) was paid with %(paid_with)s; "
        "the refund is asked as cash (%(destination)s)."
    ),
    (FactorCode.CREDIT_TO_CASH, "credit_card"): _(
        "%(observed)s of the order (%(amount)s) was paid by credit card; the refund is asked as cash (%(destination)s)."
    ),
    (FactorCode.PAST_OUTCOMES, "denied"): ngettext_lazy(
        "%(n)s refund of this account was denied in %(window)s.",
        "%(n)s refunds of this account were denied in %(window)s.",
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

# What is said of a factor that could not be weighed, whatever its code.
UNWEIGHED: dict[Unweighed, str | Promise] = {
    Unweighed.UNKNOWN: _("Cannot be told: what it depends on is unknown."),
    Unweighed.FAILED: _("Could not be worked out because of an error, so a person looks at the refund."),
}

# The same in a word, where a value that was observed would stand.
UNWEIGHED_STATES: dict[Unweighed, str | Promise] = {
    Unweighed.UNKNOWN: pgettext_lazy("risk factor", "unknown"),
    Unweighed.FAILED: pgettext_lazy("risk factor", "failed"),
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
    FactorCode.NEW_ACCOUNT: _("Everybody's account was new once, and campaigns bring many new customers in a day."),
    FactorCode.WEAK_VERIFICATION: _(
        "Many platforms ask for documents only when needed, and documents expire or are changed in ordinary life."
    ),
    FactorCode.SHARED_IDENTITY: _(
        "Families share a phone or a card, and a person who forgot a password opens a second account."
    ),
    FactorCode.SHARED_INSTRUMENT: _("Couples, parents and small firms pay with one card."),
    FactorCode.PAYER_MISMATCH: _("Presents, parents who pay for children, and friends who split a purchase."),
    FactorCode.DESTINATION_MISMATCH: _("The card that paid has expired, was lost, or its account was closed."),
    FactorCode.CREDIT_TO_CASH: _(
        "A gift card that is used up cannot take money back, and some credit lines refuse late refunds."
    ),
    FactorCode.PAST_OUTCOMES: _("An earlier denial may have been for want of proof, or for another reason than abuse."),
    FactorCode.MINOR_PURCHASE: _("Children play on their parents' devices; the law lets such purchases be undone."),
}

INSTRUMENTS: dict[InstrumentKind, str | Promise] = {
    InstrumentKind.BANK_CARD: pgettext_lazy("instrument", "bank card"),
    InstrumentKind.CREDIT_CARD: pgettext_lazy("instrument", "credit card"),
    InstrumentKind.WALLET: pgettext_lazy("instrument", "wallet"),
    InstrumentKind.BALANCE: pgettext_lazy("instrument", "balance"),
    InstrumentKind.CREDIT_LINE: pgettext_lazy("instrument", "credit line"),
    InstrumentKind.POINTS: pgettext_lazy("instrument", "points"),
    InstrumentKind.GIFT_CARD: pgettext_lazy("instrument", "gift card"),
    InstrumentKind.OTHER: pgettext_lazy("instrument", "other instrument"),
}

VERIFICATIONS: dict[VerificationKind, str | Promise] = {
    VerificationKind.PHONE: pgettext_lazy("verification", "phone"),
    VerificationKind.ID_DOCUMENT: pgettext_lazy("verification", "identity document"),
    VerificationKind.BANK_CARD: pgettext_lazy("verification", "bank card"),
}

STATES: dict[VerificationState, str | Promise] = {
    VerificationState.VERIFIED: pgettext_lazy("verification", "verified"),
    VerificationState.MISSING: pgettext_lazy("verification", "missing"),
    VerificationState.UNVERIFIED: pgettext_lazy("verification", "unverified"),
    VerificationState.PENDING: pgettext_lazy("verification", "pending"),
    VerificationState.EXPIRED: pgettext_lazy("verification", "expired"),
    VerificationState.FAILED: pgettext_lazy("verification", "failed"),
    VerificationState.NAME_MISMATCH: pgettext_lazy("verification", "in another name"),
}
