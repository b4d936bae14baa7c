"""Where a document's own type says less than is known here: lower apps do not know what upper ones put in."""

from typing import Annotated, Any, TypedDict

from apps.api.problems import ProblemDocument
from apps.common.shapes import OneOf
from apps.payouts.services.payout import PayoutResult
from apps.refunds.documents import DecisionPart, InformationRequestPart, PayoutPart, RefundDocument, RiskPart
from apps.reviews.models import DecisionOutcome, InformationItem
from apps.risk.policy import Level, Outcome
from apps.webhooks.documents import EventDocument


class RefundNews(TypedDict):
    """The refund as it was right after the event."""

    refund: RefundDocument


REFINED: dict[tuple[Any, str], Any] = {
    (EventDocument, "data"): RefundNews,
    (RiskPart, "level"): Annotated[str, OneOf(Level)],
    (RiskPart, "outcome"): Annotated[str, OneOf(Outcome)],
    (DecisionPart, "outcome"): Annotated[str, OneOf(DecisionOutcome)],
    (InformationRequestPart, "items"): list[Annotated[str, OneOf(InformationItem)]],
    (PayoutPart, "result"): Annotated[str, OneOf(PayoutResult)],
}

# Each kind of problem may tell facts of its own: `left_to_refund`, `current_status`, `scope`.
OPEN = (ProblemDocument,)
