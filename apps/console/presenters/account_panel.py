"""Who asks: the account, its three verification factors, and what it bought and had refunded."""

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.console import wording
from apps.console.presenters.case_page import AccountPanel, Figure, ProofRow
from apps.console.presenters.marks import State, amount_words
from apps.identity.models import (
    CheckState,
    FactorKind,
    FactorStatus,
    Subject,
    VerificationCheck,
    VerificationFactor,
)
from apps.identity.providers.formats import FormatReason
from apps.identity.providers.service import is_set_up
from apps.identity.standing import status_at
from apps.marketplace.models import Account
from apps.refunds.models import Refund
from apps.reviews.case_file import CaseFile
from apps.risk.facts import VerificationKind

NEW_FOR = timedelta(days=30)
LONG_BACK = timedelta(days=30)
COUNTED = timedelta(days=90)
_ICONS = {FactorKind.PHONE: "device-mobile", FactorKind.ID_DOCUMENT: "id", FactorKind.BANK_CARD: "credit-card"}
# What is noticed of a number's format: said quietly, and held against nobody.
REASONS: dict[str, str | Promise] = {
    FormatReason.NOT_A_NUMBER.value: gettext_lazy("does not look like a number of this kind"),
    FormatReason.LENGTH.value: gettext_lazy("unusual length"),
    FormatReason.UNASSIGNED.value: gettext_lazy("number range not in use"),
    FormatReason.NOT_MOBILE.value: gettext_lazy("not a mobile number"),
    FormatReason.CHECK_DIGIT.value: gettext_lazy("check digit does not fit"),
    FormatReason.BIRTH_DATE.value: gettext_lazy("no date of birth in it"),
    FormatReason.MASKED.value: gettext_lazy("digits hidden"),
}
_STATES = {
    FactorStatus.VERIFIED: ("good", "circle-check"),
    FactorStatus.PENDING: ("warn", "clock"),
    FactorStatus.UNVERIFIED: ("none", "circle-dashed"),
    FactorStatus.FAILED: ("bad", "circle-x"),
    FactorStatus.EXPIRED: ("warn", "clock-off"),
}


def seen_at(file: CaseFile, now: datetime) -> datetime:
    """Return the moment as of which an account is shown: now, or that of a request that lies long back.

    A platform may submit what happened years ago; "in 90 days" then means the 90 days before the request,
    as it does for the risk factors beside it.
    """
    requested_at = file.refund.requested_at
    return requested_at if now - requested_at > LONG_BACK else now


def account_panel(file: CaseFile, now: datetime, *, is_mine: bool) -> AccountPanel:
    """Write the account out. Values stay masked: the last four digits are all that stands here.

    `is_mine` says that the case is claimed by whoever looks: only they can ask the customer.
    """
    account = file.refund.account
    subject = account.subject
    return AccountPanel(
        account_id=account.external_id,
        name=subject.display_name if subject is not None else "",
        registered=_registered(account, now),
        tags=_tags(account, now),
        case_id=file.case.pk if file.case is not None else "",
        proofs=[_proof(kind, file, now, is_mine=is_mine) for kind in FactorKind],
        figures=_figures(file, now),
    )


def _registered(account: Account, now: datetime) -> str:
    if account.registered_at is None:
        return _("registration not told")
    return _("registered %(age)s ago") % {"age": wording.age(now - account.registered_at)}


def _tags(account: Account, now: datetime) -> list[State]:
    tags = []
    if account.is_minor:
        tags.append(State(_("minor"), "warn", "user"))
    if account.registered_at is not None and now - account.registered_at < NEW_FOR:
        tags.append(State(_("new"), "warn", "user"))
    if account.status:
        tags.append(State(account.status, "none", "user"))
    return tags


def _proof(kind: FactorKind, file: CaseFile, now: datetime, *, is_mine: bool) -> ProofRow:
    factor = file.factors.get(kind.value)
    subject = file.refund.account.subject
    last4 = (factor.last4 if factor else "") or (
        subject.phone_last4 if subject is not None and kind is FactorKind.PHONE else ""
    )
    check = file.checks.get(kind)
    has_number = _has_number(factor, subject, kind)
    return ProofRow(
        kind=kind.value,
        name=str(kind.label),
        icon=_ICONS[kind],
        masked=f"•••• {last4}" if last4 else "",
        state=_state(factor, now),
        age=_age(factor, now),
        agreement=_agreement(factor),
        shared=_shared(file.shared_by.get(VerificationKind(kind.value)) if factor else None),
        doubt=_doubt(factor),
        check=_check(check),
        may_reveal=has_number and file.case is not None,
        may_check=has_number
        and file.case is not None
        and is_set_up()
        and (check is None or check.ended_at is not None),
        may_ask=is_mine,
    )


def _has_number(factor: VerificationFactor | None, subject: Subject | None, kind: FactorKind) -> bool:
    if factor is not None and factor.number_encrypted:
        return True
    return kind is FactorKind.PHONE and subject is not None and bool(subject.phone_encrypted)


def _doubt(factor: VerificationFactor | None) -> str:
    """Say what is noticed of a number that looks wrong, or of a phone that is no mobile."""
    if factor is None or not factor.format_reasons:
        return ""
    return ", ".join(str(REASONS.get(reason, reason)) for reason in factor.format_reasons.split(","))


def _check(check: VerificationCheck | None) -> str:
    if check is None:
        return ""
    if check.state == CheckState.ASKING:
        return _("being checked")
    if check.state == CheckState.FAILED:
        return _("the service gave no answer")
    return _("checked by the service")


def _state(factor: VerificationFactor | None, now: datetime) -> State:
    if factor is None:
        return State(_("Not given"), "none", "circle-dashed")
    status = FactorStatus(status_at(factor.status, factor.expires_at, now))
    return State(str(status.label), *_STATES[status])


def _age(factor: VerificationFactor | None, now: datetime) -> str:
    if factor is None:
        return ""
    at = factor.verified_at or factor.updated_at
    return _("%(age)s ago") % {"age": wording.age(now - at)}


def _agreement(factor: VerificationFactor | None) -> State:
    if factor is None or factor.name_match is None:
        return State(_("not checked"), "none", "circle-dashed")
    if factor.name_match:
        return State(_("name agrees"), "good", "check")
    return State(_("name differs"), "bad", "x")


def _shared(others: int | None) -> State:
    if others is None:
        return State(_("not compared"), "none", "")
    if not others:
        return State(_("this account only"), "none", "")
    return State(ngettext("%(n)d more account", "%(n)d more accounts", others) % {"n": others}, "bad", "")


def _figures(file: CaseFile, now: datetime) -> list[Figure]:
    """Count the last 90 days, value in the refund's currency."""
    currency = file.refund.currency
    orders = [order for order in file.orders if now - COUNTED <= order.placed_at <= now]
    refunds = [refund for refund in file.refunds if now - COUNTED <= refund.requested_at <= now]
    bought = sum(order.paid_amount for order in orders if order.currency == currency)
    asked = sum(_counted(refund) for refund in refunds if refund.currency == currency)
    share = f"{100 * asked / bought:.0f}%" if bought else "–"
    return [
        Figure(_("Orders"), str(len(orders)), _("in 90 days")),
        Figure(_("Bought"), amount_words(bought, currency), _("in 90 days")),
        Figure(_("Asked back"), share, ngettext("%(n)d refund", "%(n)d refunds", len(refunds)) % {"n": len(refunds)}),
    ]


def _counted(refund: Refund) -> int:
    return refund.amount if refund.approved_amount is None else refund.approved_amount
