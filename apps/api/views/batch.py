"""/refunds/batch: many refunds in one request, each with a result of its own."""

from typing import NotRequired, TypedDict

from django.conf import settings
from django.http import HttpResponse
from pydantic import ValidationError

from apps.api.answers import answer
from apps.api.checking import checked
from apps.api.errors import ContentInvalid
from apps.api.problems import ProblemDocument, problem_document, tell_language
from apps.api.records import BatchRecord
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView, idempotent
from apps.clients.models import Scope
from apps.common.collector import collector_paused
from apps.common.errors import Refusal
from apps.common.records import problems_of
from apps.refunds.documents import RefundDocument, refund_document
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.reviews.services.intake import refunds_intake


class BatchResult(TypedDict):
    """What became of one item: the refund, or the problem that a request of its own would have met."""

    index: int
    status: int
    refund: NotRequired[RefundDocument]
    problem: NotRequired[ProblemDocument]


class BatchDocument(TypedDict):
    """A result for each item, in their order."""

    results: list[BatchResult]


class RefundBatch(ApiView):
    """Submitting many refunds at once; one bad item never spoils the others."""

    required_scopes = {"POST": Scope.REFUNDS_WRITE}

    def body_limit(self) -> int:
        """Room for orders of some size in each item."""
        return int(settings.BATCH_BODY_BYTES)

    @idempotent(required=True, keeps_plans=True)
    def post(self, request: ApiRequest) -> HttpResponse:
        # Some ten thousand objects that all live until the answer is written, and hold no cycles.
        with collector_paused:
            return self._taken_in(request)

    def _taken_in(self, request: ApiRequest) -> HttpResponse:
        items = checked(BatchRecord, request.data).refunds
        read = [_record(item) for item in items]
        records = [record for record in read if isinstance(record, RefundRecord)]
        taken = iter(refunds_intake(records, client=request.client, actor=request.actor, now=request.now))
        found = [next(taken) if isinstance(record, RefundRecord) else record for record in read]
        body: BatchDocument = {"results": [_result(place, one) for place, one in enumerate(found)]}
        response = answer(body)
        tell_language(response)
        return response


def _record(item: object) -> RefundRecord | Refusal:
    try:
        return RefundRecord.model_validate(item)
    except ValidationError as wrong:
        return ContentInvalid(problems_of(wrong))


def _result(place: int, found: Refund | Refusal) -> BatchResult:
    if isinstance(found, Refund):
        return {"index": place, "status": 201, "refund": refund_document(found)}
    problem = problem_document(found)
    for error in problem.get("errors", ()):
        # Each pointer leads into the body that was sent, which holds the whole batch.
        error["pointer"] = f"/refunds/{place}{error['pointer']}"
    return {"index": place, "status": problem["status"], "problem": problem}
