"""Standard texts for customers, one for each reason that refuses money; a reviewer changes them as the case needs.

Each says the reason, the rule, what would change the result, and how to appeal.
"""

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.reviews.models import DecisionReason

_TEXTS: dict[DecisionReason, str | Promise] = {
    DecisionReason.PART_CONSUMED: gettext_lazy(
        "We have approved part of your refund. Our records show that the rest of the goods was used before you asked, "
        "and goods that were used cannot be refunded. If you can show that they were not used by you, send us the "
        "proof and we will look again. You may appeal where you asked for the refund; somebody else will then decide."
    ),
    DecisionReason.MERCHANT_FAULT: gettext_lazy(
        "We have approved part of your refund: the part for which the shop did not deliver what was promised. The "
        "rest was delivered as described. If you can show otherwise, send us the proof and we will look again. You "
        "may appeal where you asked for the refund; somebody else will then decide."
    ),
    DecisionReason.MINOR_PURCHASE: gettext_lazy(
        "We have approved part of your refund as a purchase by a minor. For the rest we could not see that a minor "
        "bought it. A guardian can send proof of age and of the payment, and we will look again. You may appeal "
        "where you asked for the refund; somebody else will then decide."
    ),
    DecisionReason.CONSUMED: gettext_lazy(
        "We cannot refund this purchase. Our records show that the goods were used before you asked, and digital "
        "goods that were used cannot be refunded under the terms of sale. If you can show that they were not used by "
        "you, send us the proof and we will look again. You may appeal where you asked for the refund; somebody else "
        "will then decide."
    ),
    DecisionReason.SUSPECTED_CASH_OUT: gettext_lazy(
        "We cannot refund this purchase in the way you asked. Refunds return to the means of payment that was used, "
        "and what we were told about the payment and the destination does not agree. If you can show how the payment "
        "was made and whose account the refund would go to, we will look again. You may appeal where you asked for "
        "the refund; somebody else will then decide."
    ),
    DecisionReason.IDENTITY_UNVERIFIED: gettext_lazy(
        "We cannot refund this purchase yet, because we could not verify that you are the holder of the account. "
        "Verify your phone, identity document and bank card in the account settings, then ask again. You may appeal "
        "where you asked for the refund; somebody else will then decide."
    ),
    DecisionReason.TERMS_EXCLUDE: gettext_lazy(
        "We cannot refund this purchase, because the terms of sale of these goods exclude a refund after delivery. "
        "If the goods were faulty or not as described, tell us how, and we will look again. You may appeal where you "
        "asked for the refund; somebody else will then decide."
    ),
    DecisionReason.NO_INFORMATION: gettext_lazy(
        "We cannot refund this purchase, because the information that we asked for has not arrived. Send it, and we "
        "will look again. You may appeal where you asked for the refund; somebody else will then decide."
    ),
}


def reason_text(reason: DecisionReason, language: str) -> str:
    """Return the standard text in the customer's language; empty for reasons that need none."""
    with translation.override(language):
        return str(_TEXTS.get(reason, ""))


def request_text(language: str) -> str:
    """Return the standard opening of a request for information in the customer's language."""
    with translation.override(language):
        return _(
            "To decide on your refund we need what is listed with this message. Please send it where you asked for "
            "the refund. Without it we decide on what we have."
        )
