"""/history."""

from django.utils.translation import gettext_lazy as _

from apps.api.openapi.declarations import Answer, Header, LinesBody, Operation
from apps.api.openapi.tags import Tag
from apps.api.views.history import History, HistoryDocument
from apps.refunds.services.history_lines import RECORDS

OPERATIONS = {
    (History, "POST"): Operation(
        "streamHistory",
        Tag.HISTORY,
        _("Stream history"),
        _(
            "What happened before, so that reviewers see it and risk has something to count: one JSON object per "
            "line, any number of lines. Lines are idempotent by id: send the file again after a broken connection, "
            "and what is there already counts as unchanged. A line that is wrong is skipped and told; the others "
            "are taken. A past refund opens no case."
        ),
        (
            Answer(
                200,
                _("How many lines were taken, and the first hundred that were not."),
                HistoryDocument,
                "history_report",
                (Header.CONTENT_LANGUAGE,),
            ),
        ),
        body=LinesBody(RECORDS, "history"),
    ),
}
