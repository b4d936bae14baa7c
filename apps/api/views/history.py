"""/history: what happened before, streamed line by line."""

from typing import TypedDict

from django.http import HttpResponse

from apps.api.answers import answer
from apps.api.bodies import pieces_of
from apps.api.body_errors import BodyTypeUnknown
from apps.api.errors import ContentInvalid
from apps.api.parsers import refuse_foreign_charset
from apps.api.problems import ProblemDocument, problem_document, tell_language
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView
from apps.clients.models import Scope
from apps.refunds.services.history import history_import
from apps.refunds.services.history_report import HistoryReport


class RejectionDocument(TypedDict):
    """A line that was skipped, counted from 1, and why."""

    line: int
    problem: ProblemDocument


class HistoryDocument(TypedDict):
    """Lines counted by what became of them, and the first hundred that were skipped."""

    accepted: int
    unchanged: int
    rejected: int
    rejections: list[RejectionDocument]


class History(ApiView):
    """Takes a body of any length and holds none of it; the lines are idempotent, so no key is needed."""

    required_scopes = {"POST": Scope.HISTORY_WRITE}
    body_type = "application/x-ndjson"

    def post(self, request: ApiRequest) -> HttpResponse:
        media_type, _semicolon, _parameters = request.content_type.partition(";")
        if media_type.strip().lower() != self.body_type:
            raise BodyTypeUnknown(expected=self.body_type)
        refuse_foreign_charset(request.content_type, self.body_type)
        report = history_import(pieces_of(request.plain), client_id=request.client.pk, now=request.now)
        response = answer(_document(report))
        tell_language(response)
        return response


def _document(report: HistoryReport) -> HistoryDocument:
    return {
        "accepted": report.accepted,
        "unchanged": report.unchanged,
        "rejected": report.rejected,
        "rejections": [
            {"line": rejection.line, "problem": problem_document(ContentInvalid(rejection.problems))}
            for rejection in report.rejections
        ],
    }
