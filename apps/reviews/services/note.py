"""Notes between colleagues."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.reviews.errors import NoteEmpty
from apps.reviews.models import Note
from apps.reviews.selectors import refund_id_of_case
from apps.staff.models import Person


@transaction.atomic
def note_add(case_id: str, *, text: str, author: Person, actor: Actor, now: datetime) -> Note:
    """Add a note to the refund of a case. Raises CaseUnknown, NoteEmpty."""
    if not text.strip():
        raise NoteEmpty(pointer="/text")
    refund_id = refund_id_of_case(case_id)
    note = Note.objects.create(refund_id=refund_id, author=author, text=text.strip(), created_at=now)
    audit_record(Action.NOTE_ADDED, actor=actor, now=now, refund_id=refund_id, case_id=case_id)
    return note
