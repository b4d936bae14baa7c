"""A case file written out as the case page."""

from datetime import datetime

from apps.attachments.models import Source
from apps.console.presenters.account_panel import account_panel, seen_at
from apps.console.presenters.ask import ask, line_rows, money_between, money_way, said
from apps.console.presenters.case_page import CasePage, NoteRow, Proposed, Weight, Work
from apps.console.presenters.evidence import files_of, is_appeal, statements
from apps.console.presenters.factors import factor_rows
from apps.console.presenters.marks import amount_words, level_mark
from apps.console.presenters.past import outcome_state, past
from apps.reviews.case_file import CaseFile
from apps.reviews.models import CaseStatus, DecisionOutcome, Proposal, ProposalState
from apps.staff.models import Person


def case_page(file: CaseFile, *, person: Person, now: datetime) -> CasePage:
    """Write the file out for this person."""
    here, files = work(file, person=person, now=now), files_of(file)
    return CasePage(
        case_id=file.case.pk if file.case is not None else "",
        is_appeal=is_appeal(file),
        ask=ask(file, now),
        lines=line_rows(file),
        said=said(file),
        money=money_way(file),
        between=money_between(file),
        weight=_weight(file),
        factors=factor_rows(file.refund.assessment.factors),
        account=account_panel(file, seen_at(file, now), is_mine=here.is_mine),
        work=here,
        proposed=_proposed(file),
        statements=statements(file, files),
        past=past(file),
        notes=[
            NoteRow(str(note.author), note.created_at, note.text, files.get((Source.NOTE.value, note.pk), []))
            for note in file.notes
        ],
    )


def work(file: CaseFile, *, person: Person, now: datetime) -> Work:
    """Say who works on the case, and whether this person may claim it."""
    case = file.case
    if case is None:
        return Work("", False, True, False, "", None, 0, False, False)
    leased = case.leased_until is not None and case.leased_until > now
    is_open = case.status == CaseStatus.OPEN
    is_escalated = is_open and case.is_escalated
    is_for_others = is_open and _had_a_part(file, person)
    may_take = is_open and not is_for_others and (person.is_supervisor or not is_escalated)
    settling = _on_its_way(file)
    return Work(
        case_id=case.pk,
        is_mine=is_open and leased and case.holder_id == person.pk,
        is_closed=case.status == CaseStatus.CLOSED,
        is_waiting=case.status == CaseStatus.WAITING,
        holder=str(case.holder) if leased else "",
        leased_until=case.leased_until,
        token=case.fence,
        may_claim=may_take and not leased,
        is_for_others=is_for_others,
        is_escalated=is_escalated,
        is_second=case.is_second,
        may_take_over=may_take and leased and person.is_supervisor and case.holder_id != person.pk,
        undo_until=settling[1] if settling is not None and settling[0] == person.pk else None,
        is_settling=settling is not None,
        is_decided=_live(file, ProposalState.SETTLING) is not None,
    )


def _on_its_way(file: CaseFile) -> tuple[int, datetime] | None:
    """Return who may still undo what they did with the case, and until when."""
    decision = _live(file, ProposalState.SETTLING)
    if decision is not None:
        return decision.person_id, decision.settles_at
    if file.escalation is not None:
        return file.escalation.person_id, file.escalation.settles_at
    request = next((each for each in file.information_requests if each.is_on_its_way), None)
    return None if request is None else (request.asked_by_id, request.settles_at)


def _live(file: CaseFile, state: ProposalState) -> Proposal | None:
    """Return the decision of this case that is on its way."""
    here = [one for one in file.proposals if file.case is not None and one.case_id == file.case.pk]
    return next((one for one in here if one.state == state), None)


def _proposed(file: CaseFile) -> Proposed | None:
    """Write out what waits for a second person."""
    proposal = _live(file, ProposalState.SECOND)
    if proposal is None:
        return None
    if proposal.is_blind:
        return Proposed(proposal.second_reasons, is_blind=True)
    return Proposed(
        proposal.second_reasons,
        is_blind=False,
        by=str(proposal.person),
        at=proposal.proposed_at,
        state=outcome_state(proposal),
        amount="" if proposal.approved_amount is None else amount_words(proposal.approved_amount, file.refund.currency),
        hold_until=proposal.hold_until,
        reason=proposal.get_reason_code_display(),
        message=proposal.customer_message,
        note=proposal.internal_note,
    )


def _had_a_part(file: CaseFile, person: Person) -> bool:
    """Tell, as `selectors.not_for` does, whether this person denied what is appealed, or decided what waits."""
    second = _live(file, ProposalState.SECOND)
    if second is not None and second.person_id == person.pk:
        return True
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
        queue=case.queue.name if case is not None else assessment.get_outcome_display(),
    )
