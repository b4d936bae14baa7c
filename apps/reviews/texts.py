"""Standard texts for customers: for each reason that refuses money, and to begin a request for information with.

Shipped are texts that say the reason, the rule, what would change the result,
and how to appeal. Supervisors write their own beside them; reviewers change
what is brought as the case needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from apps.reviews.models import CustomerText, DecisionReason

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


# What a request for information begins with, beside the reasons.
INFORMATION = "information"
_REQUEST = gettext_lazy(
    "To decide on your refund we need what is listed with this message. Please send it where you asked for the refund. "
    "Without it we decide on what we have."
)
ABOUT = (*(reason.value for reason in _TEXTS), INFORMATION)
LONGEST = 2000


@dataclass(frozen=True)
class StandardTexts:
    """The texts in force in one language, by what they are about."""

    language: str
    own: Mapping[str, str]

    def about(self, about: str) -> str:
        """Return the text that supervisors wrote, else the shipped one; empty for what needs none."""
        return self.own.get(about) or shipped(about, self.language)


def standard_texts(language: str) -> StandardTexts:
    """Read the texts in force in a language. One statement."""
    newest = CustomerText.objects.filter(language=language).order_by("about", "-id").distinct("about")
    return StandardTexts(language, dict(newest.values_list("about", "text")))


def shipped(about: str, language: str) -> str:
    """Return the text as the console brings it along; empty for what needs none."""
    with translation.override(language):
        if about == INFORMATION:
            return str(_REQUEST)
        return str(_TEXTS.get(DecisionReason(about), "")) if about in DecisionReason.values else ""


def texts_written(about: str, language: str) -> list[CustomerText]:
    """Return what supervisors wrote, the newest first."""
    return list(CustomerText.objects.filter(about=about, language=language).select_related("person").order_by("-id"))
