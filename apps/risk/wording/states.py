"""The words of what factors speak of: instruments, verification, and what could not be weighed."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.risk.factors import Unweighed
from apps.risk.facts import InstrumentKind, VerificationKind, VerificationState

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
