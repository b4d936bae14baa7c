"""A case goes on to somebody else: to a named colleague, to a supervisor who takes it, or to all supervisors."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.notifications.models import NoticeKind
from apps.notifications.services.tell import Receiver, in_each_language, people_tell
from apps.reviews.errors import (
    AlreadyEscalated,
    CaseNotForYou,
    CaseNotOpen,
    EscalationUnexplained,
    HandOverRefused,
    TakeOverRefused,
)
from apps.reviews.models import CaseStatus, Claim, ClaimEnd, Escalation, Note, ReviewCase
from apps.reviews.selectors import case_locked, is_not_for
from apps.reviews.services.claim import claim_drop, claim_end, claim_grant, live_claim
from apps.staff.models import Person
from apps.staff.selectors import supervisors

# Whoever is given a case may be in the midst of another; their page has not renewed anything yet.
HANDED_LEASE = timedelta(minutes=60)


@transaction.atomic
def claim_hand_over(
    case_id: str, *, to: Person, note: str, person: Person, token: int, actor: Actor, now: datetime
) -> Claim:
    """Give a case that this person holds to a colleague, who is told, with a note.

    Raises CaseUnknown, CaseNotOpen, ClaimLost, HandOverRefused; then nothing has changed.
    """
    case = case_locked(case_id)
    claim = live_claim(case, person, token=token, now=now)
    if not to.is_active or to.pk == person.pk or is_not_for(case, to):
        raise HandOverRefused(pointer="/to")
    claim_end(claim, ClaimEnd.HANDED_OVER, case=case, now=now)
    handed = claim_grant(case, to, now=now, lease=HANDED_LEASE)
    _note(case, note, person, now)
    audit_record(
        Action.CASE_HANDED_OVER,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"to": str(to), "token": handed.token},
        reason=note.strip(),
    )
    _tell([to], case, _("{person} handed a case over to you"), person, note, now=now)
    return handed


@transaction.atomic
def claim_take_over(case_id: str, person: Person, *, actor: Actor, now: datetime) -> Claim:
    """Take a case from the one who holds it; their page is stale from now on, and they are told.

    Raises CaseUnknown, CaseNotOpen, TakeOverRefused, CaseNotForYou.
    """
    case = case_locked(case_id)
    if case.status != CaseStatus.OPEN:
        raise CaseNotOpen
    holder = case.holder
    is_held = holder is not None and case.leased_until is not None and case.leased_until > now
    if not person.is_supervisor or not is_held or holder is None or holder.pk == person.pk:
        raise TakeOverRefused
    if is_not_for(case, person):
        raise CaseNotForYou
    claim_drop(case, ClaimEnd.TAKEN_OVER, now=now)
    claim = claim_grant(case, person, now=now)
    audit_record(
        Action.CASE_TAKEN_OVER,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        changes={"from": str(holder), "token": claim.token},
    )
    _tell([holder], case, _("{person} took over a case that you held"), person, "", now=now)
    return claim


@transaction.atomic
def case_escalate(
    case_id: str,
    *,
    note: str,
    person: Person,
    token: int,
    actor: Actor,
    now: datetime,
    undo_for: timedelta = timedelta(),
) -> Escalation:
    """Send a case that this person holds to the supervisors, with what was found so far.

    They are told when the time to undo it is over. Raises CaseUnknown,
    CaseNotOpen, ClaimLost, AlreadyEscalated, EscalationUnexplained.
    """
    case = case_locked(case_id)
    claim = live_claim(case, person, token=token, now=now)
    if case.is_escalated:
        raise AlreadyEscalated
    if not note.strip():
        raise EscalationUnexplained(pointer="/note")
    escalation = Escalation.objects.create(
        case=case, person=person, note=note.strip(), asked_at=now, settles_at=now + undo_for
    )
    claim_end(claim, ClaimEnd.ESCALATED, case=case, now=now)
    audit_record(
        Action.CASE_ESCALATED,
        actor=actor,
        now=now,
        refund_id=case.refund_id,
        case_id=case.id,
        reason=note.strip(),
    )
    if undo_for:
        case.status = CaseStatus.SETTLING
        case.save(update_fields=["status"])
    else:
        escalation_send(escalation, case, now=now)
    return escalation


def escalation_send(escalation: Escalation, case: ReviewCase, *, now: datetime) -> None:
    """Give a locked case to the supervisors, who are told."""
    person = escalation.person
    escalation.sent_at = now
    escalation.save(update_fields=["sent_at"])
    case.status, case.is_escalated = CaseStatus.OPEN, True
    case.save(update_fields=["status", "is_escalated"])
    _note(case, escalation.note, person, now)
    others = [supervisor for supervisor in supervisors() if supervisor.pk != person.pk]
    escalated = _("{person} escalated a case")
    _tell(others, case, escalated, person, escalation.note, now=now, kind=NoticeKind.ESCALATION)


def case_given(case: ReviewCase, to: Person, by: Person, *, now: datetime) -> None:
    """Tell a person that they were given a locked case."""
    _tell([to], case, _("{person} gave you a case"), by, "", now=now)


def _note(case: ReviewCase, text: str, author: Person, now: datetime) -> None:
    if text.strip():
        Note.objects.create(refund_id=case.refund_id, author=author, text=text.strip(), created_at=now)


def _tell(
    people: list[Person],
    case: ReviewCase,
    title: Promise,
    by: Person,
    text: str,
    *,
    now: datetime,
    kind: NoticeKind = NoticeKind.CASE,
) -> None:
    people_tell(
        [Receiver(person.pk) for person in people],
        kind=kind,
        about=f"case {case.pk} {case.fence} {case.is_escalated}",
        words=told_words(title, by, text.strip() or case.refund.reference),
        path=f"/cases/{case.pk}/",
        now=now,
    )


def told_words(title: Promise, by: Person, text: str) -> dict[str, Mapping[str, str]]:
    """Return a notice in every language; `title` names a `person`."""
    return in_each_language(lambda: {"title": str(title).format(person=by), "text": text})
