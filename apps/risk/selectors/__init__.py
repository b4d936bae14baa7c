"""Gathering the facts of one refund: four statements, whatever the account's past."""

from apps.refunds.models import ReasonCode, Refund
from apps.risk.counting import age_days
from apps.risk.facts import AccountFacts, Category, RefundFacts
from apps.risk.selectors.goods import goods_of
from apps.risk.selectors.habits import habits_of
from apps.risk.selectors.money import money_of
from apps.risk.selectors.verification import verification_of

__all__ = ["refund_facts"]


def refund_facts(refund: Refund) -> RefundFacts:
    """Gather what is known of a stored refund at the moment it was requested.

    Four statements, each on an index; `refund.account` and `refund.order` are
    read once more if they were not loaded with it.
    """
    at = refund.requested_at
    account = refund.account
    money = money_of(refund)
    habits, past = habits_of(refund)
    verification = verification_of(refund)
    return RefundFacts(
        refund_id=refund.pk,
        order_id=refund.order.external_id,
        requested_at=at,
        category=Category(refund.category),
        amount=refund.amount,
        currency=refund.currency,
        is_minor_purchase=account.is_minor or refund.reason_code == ReasonCode.MINOR_PURCHASE,
        goods=goods_of(refund),
        payment=money.payment,
        destination=money.destination,
        shared_instruments=money.shared,
        account=AccountFacts(account.external_id, age_days(account.registered_at, at), account.is_minor),
        is_verification_told=bool(verification.told),
        verification=verification.factors,
        habits=habits,
        past=past,
    )
