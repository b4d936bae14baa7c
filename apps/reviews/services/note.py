"""Notes between colleagues."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.attachments.models import Source
from apps.attachments.services.keep import KeptFile, attachments_insert
from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.notifications.models import NoticeKind
from apps.notifications.services.tell import Receiver, people_tell
from apps.refunds.selectors import refund_locked
from apps.reviews.errors import NoteEmpty
from apps.reviews.models import Note
from apps.reviews.selectors import refund_id_of_case
from apps.reviews.services.pass_on import told_words
from apps.staff.models import Person

# Chinese is written without blanks, so that a name ends where its letters do.
_MENTION = re.compile(r"(?<![\w.])@([\w.+-]{1,64})", re.ASCII)


@transaction.atomic
def note_add(
    case_id: str, *, text: str, author: Person, actor: Actor, now: datetime, files: Sequence[KeptFile] = ()
) -> Note:
    """Add a note to the refund of a case, with files that are kept already.

    Raises CaseUnknown, NoteEmpty, AttachmentsExhausted, StorageUnavailable.
    """
    if not text.strip():
        raise NoteEmpty(pointer="/text")
    refund_id = refund_id_of_case(case_id)
    refund = refund_locked(refund_id) if files else None
    note = Note.objects.create(refund_id=refund_id, author=author, text=text.strip(), created_at=now)
    if refund is not None:
        attachments_insert(files, refund=refund, source=Source.NOTE, source_id=note.pk, case_id=case_id, now=now)
    told = {"attachments": len(files)} if files else {}
    audit_record(Action.NOTE_ADDED, actor=actor, now=now, refund_id=refund_id, case_id=case_id, changes=told)
    _tell_mentioned(note, case_id, now=now)
    return note


def mentioned(text: str) -> list[Person]:
    """Return who a text names as `@username`, as far as they can sign in."""
    # A name may hold a full stop, a sentence ends with one.
    names = {name.rstrip(".+-").casefold() for name in _MENTION.findall(text)}
    if not names:
        return []
    people = Person.objects.annotate(folded=Lower("username")).filter(folded__in=names, is_active=True)
    return list(people.order_by("pk"))


def _tell_mentioned(note: Note, case_id: str, *, now: datetime) -> None:
    receivers = [Receiver(person.pk) for person in mentioned(note.text) if person.pk != note.author_id]
    if receivers:
        words = told_words(_("{person} mentioned you in a note"), note.author, note.text)
        people_tell(
            receivers,
            kind=NoticeKind.MENTION,
            about=f"note {note.pk}",
            words=words,
            path=f"/cases/{case_id}/",
            now=now,
        )
