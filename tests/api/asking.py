"""A refund whose customer was asked for something."""

from datetime import timedelta

from apps.refunds.models import Refund
from apps.reviews.models import InformationItem
from apps.reviews.services.information import case_request_information
from apps.risk.models import RiskOutcome
from tests.api.callers import Caller
from tests.support.factories import NOON, Goods, make_order, open_desk, submit


def asked_refund(caller: Caller) -> Refund:
    """Return a refund whose customer was asked for an identity document."""
    refund = submit(make_order(caller.client, Goods(1000)), RiskOutcome.REVIEW)
    desk = open_desk(refund)
    case_request_information(
        desk.case.id,
        items=[InformationItem.ID_DOCUMENT],
        message="Please send your identity document.",
        due=NOON + timedelta(days=2),
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=NOON,
    )
    return refund
