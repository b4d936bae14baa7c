"""Supervisors write what customers are told."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.reviews.errors import PlaceholderUnknown, SupervisorNeeded, TextTooLong, TextUnknown
from apps.reviews.models import CustomerText
from apps.reviews.placeholders import PLACEHOLDERS, unknown_placeholders
from apps.reviews.texts import ABOUT, LONGEST, standard_texts
from apps.staff.models import Person


@transaction.atomic
def customer_text_write(
    about: str, language: str, text: str, *, person: Person, actor: Actor, now: datetime
) -> CustomerText | None:
    """Put a text in force from now on; an empty one brings the shipped text back. None when it is in force already.

    Raises SupervisorNeeded, TextUnknown, TextTooLong, PlaceholderUnknown.
    """
    if not person.is_supervisor:
        raise SupervisorNeeded
    if about not in ABOUT or language not in dict(settings.LANGUAGES):
        raise TextUnknown
    written = text.replace("\r\n", "\n").strip()
    if len(written) > LONGEST:
        raise TextTooLong(pointer="/text", length=LONGEST)
    unknown = unknown_placeholders(written)
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise PlaceholderUnknown(pointer="/text", names=", ".join(f"{{{name}}}" for name in unknown), known=known)
    before = standard_texts(language).own.get(about, "")
    if written == before:
        return None
    made = CustomerText.objects.create(about=about, language=language, text=written, person=person, created_at=now)
    audit_record(
        Action.TEXT_WRITTEN, actor=actor, now=now, subject=f"{about} {language}", changes={"text": [before, written]}
    )
    return made
