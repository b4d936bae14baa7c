"""The words of the factors in `factors.money`: where money came from and where it shall go."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.risk.policy import FactorCode

TITLES: dict[FactorCode, str | Promise] = {
    FactorCode.PAYER_MISMATCH: _("Payer mismatch"),
    FactorCode.DESTINATION_MISMATCH: _("Destination mismatch"),
    FactorCode.CREDIT_TO_CASH: _("Credit to cash"),
}

SENTENCES: dict[tuple[FactorCode, str], str | Promise] = {
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
}

INNOCENT: dict[FactorCode, str | Promise] = {
    FactorCode.PAYER_MISMATCH: _("Presents, parents who pay for children, and friends who split a purchase."),
    FactorCode.DESTINATION_MISMATCH: _("The card that paid has expired, was lost, or its account was closed."),
    FactorCode.CREDIT_TO_CASH: _(
        "A gift card that is used up cannot take money back, and some credit lines refuse late refunds."
    ),
}
