"""What the customer sent while the refund was here: answers to requests, and appeals, with their files."""

from collections.abc import Iterator

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.attachments.media_types import DRAWN_BY_BROWSERS, SHOWN_INLINE, MediaType
from apps.attachments.models import Attachment, Source
from apps.console.presenters.case_page import FileRow, FirstDecision, Statement
from apps.console.presenters.marks import State
from apps.reviews.case_file import CaseFile
from apps.reviews.models import Appeal, Decision, DecisionOutcome, InformationItem, InformationRequest, OpenedBecause

_ICONS = {MediaType.PDF: "note", MediaType.TEXT: "note", MediaType.HEIC: "id"}
FilesBySource = dict[tuple[str, int], list[FileRow]]
APPEAL_ICON = "writing-sign"


def statements(file: CaseFile, files: FilesBySource) -> list[Statement]:
    """Return what was sent, the newest first, with its files (see `files_of`)."""
    sent = [*_appeals(file, files), *_answers(file, files)]
    return sorted(sent, key=lambda each: each.at, reverse=True)


def files_of(file: CaseFile) -> FilesBySource:
    """Return the files by what they came with."""
    files: FilesBySource = {}
    for attachment in file.attachments:
        files.setdefault((attachment.source, attachment.source_id), []).append(_file(attachment))
    return files


def is_appeal(file: CaseFile) -> bool:
    """Tell whether the case that is shown is there because of an appeal."""
    return file.case is not None and file.case.opened_because == OpenedBecause.APPEAL


def _appeals(file: CaseFile, files: FilesBySource) -> Iterator[Statement]:
    for appeal in (case.appeal for case in file.cases if hasattr(case, "appeal")):
        yield Statement(
            at=appeal.appealed_at,
            state=State(_("Appeal"), "warn", APPEAL_ICON),
            about="",
            text=appeal.text,
            files=files.get((Source.APPEAL.value, appeal.pk), []),
            first_decision=_first_decision(appeal),
        )


def _first_decision(appeal: Appeal) -> FirstDecision | None:
    denial: Decision | None = appeal.against
    if denial is None:
        return None
    return FirstDecision(
        state=State(str(DecisionOutcome(denial.outcome).label), "bad", "circle-x"),
        reason=denial.get_reason_code_display(),
        by=str(denial.person),
        at=denial.decided_at,
        message=denial.customer_message,
    )


def _answers(file: CaseFile, files: FilesBySource) -> Iterator[Statement]:
    for request in file.information_requests:
        rows = files.get((Source.INFORMATION.value, request.pk), [])
        if request.answered and request.ended_at is not None and (request.answer_text or rows):
            yield Statement(
                at=request.ended_at,
                state=State(_("Answer"), "good", "message-2-question"),
                about=_asked(request),
                text=request.answer_text,
                files=rows,
                first_decision=None,
            )


def _asked(request: InformationRequest) -> str:
    return _("; ").join(str(InformationItem(item).label) for item in request.items)


def _file(attachment: Attachment) -> FileRow:
    media_type = MediaType(attachment.media_type)
    address = reverse("console:attachment", args=[attachment.refund_id, attachment.pk])
    return FileRow(
        name=attachment.name,
        kind=str(media_type.label),
        size=filesizeformat(attachment.size),
        icon=_ICONS.get(media_type, "search"),
        address=address,
        download=f"{address}?download",
        is_drawn=media_type in DRAWN_BY_BROWSERS,
        is_shown=media_type in SHOWN_INLINE,
    )
