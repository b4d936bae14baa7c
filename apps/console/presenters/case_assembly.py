"""A case file written out as the case page."""

from datetime import datetime

from apps.console.presenters.account_panel import account_panel, seen_at
from apps.console.presenters.ask import ask, line_rows, money_way, said
from apps.console.presenters.case_page import CasePage, NoteRow, Weight, Work
from apps.console.presenters.evidence import is_appeal, statements
from apps.console.presenters.factors import factor_rows
from apps.console.presenters.marks import level_mark
from apps.console.presenters.past import past
from apps.console.presenters.queue_filters import queue_name
from apps.reviews.case_file import CaseFile
from apps.reviews.models import CaseStatus, DecisionOutcome
from apps.staff.models import Person


def case_page(file: CaseFile, *, person: Person, now: datetime) -> CasePage:
    """Write the file out for this person."""
    here = work(file, person=person, now=now)
    return CasePage(
        case_id=file.case.pk if file.case is not None else "",
        is_appeal=is_appeal(file),
        ask=ask(file, now),
        lines=line_rows(file),
        said=said(file),
        money=money_way(file),
        weight=_weight(file),
        factors=factor_rows(file.refund.assessment.factors),
        account=account_panel(file, seen_at(file, now), is_mine=here.is_mine),
        work=here,
        statements=statements(file),
        past=past(file),
        notes=[NoteRow(str(note.author), note.created_at, note.text) for note in file.notes],
    )


def work(file: CaseFile, *, person: Person, now: datetime) -> Work:
    """Say who works on the case, and whether this person may claim it."""
    case = file.case
    if case is None:
        return Work("", False, True, False, "", None, 0, False, False)
    leased = case.leased_until is not None and case.leased_until > now
    is_open = case.status == CaseStatus.OPEN
    is_for_others = is_open and _denied_before(file, person)
    return Work(
        case_id=case.pk,
        is_mine=is_open and leased and case.holder_id == person.pk,
        is_closed=case.status == CaseStatus.CLOSED,
        is_waiting=case.status == CaseStatus.WAITING,
        holder=str(case.holder) if leased else "",
        leased_until=case.leased_until,
        token=case.fence,
        may_claim=is_open and not leased and not is_for_others,
        is_for_others=is_for_others,
    )


def _denied_before(file: CaseFile, person: Person) -> bool:
    """Tell, as `selectors.not_for` does, whether the case is the appeal of a denial by this person."""
    if file.case is None or not is_appeal(file):
        return False
    denials = [case.decision for case in file.cases if hasattr(case, "decision")]
    return file.case.not_for_id == person.pk or any(
        denial.outcome == DecisionOutcome.DENY and denial.person_id == person.pk for denial in denials
    )


def _weight(file: CaseFile) -> Weight:
    assessment, case = file.refund.assessment, file.case
    return Weight(
        score=assessment.score,
        level=level_mark(assessment.level, assessment.get_level_display()),
        policy_version=assessment.policy_version,
        opened_because=case.get_opened_because_display() if case is not None else "",
        queue=queue_name(case.queue) if case is not None else assessment.get_outcome_display(),
    )
