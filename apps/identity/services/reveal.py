"""Showing a number in clear: for a purpose, to a person, and never without a trace."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.ciphers import decrypted
from apps.identity.errors import NumberUnknown, PurposeMissing, RevealNeedsPerson
from apps.identity.models import FactorKind, Subject, VerificationFactor


@transaction.atomic
def factor_reveal(
    subject: Subject | None,
    kind: FactorKind,
    *,
    purpose: str,
    refund_id: str,
    case_id: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Return the number of a factor in clear, and record who looked at which and what for.

    The record is written first: what cannot be recorded is not shown. Raises
    PurposeMissing, RevealNeedsPerson, NumberUnknown.
    """
    if not purpose.strip():
        raise PurposeMissing(pointer="/purpose")
    if actor.person_id is None:
        raise RevealNeedsPerson
    number = number_of(subject, kind)
    if not number:
        raise NumberUnknown
    audit_record(
        Action.NUMBER_REVEALED,
        actor=actor,
        now=now,
        refund_id=refund_id,
        case_id=case_id,
        changes={"factor": kind.value},
        reason=purpose.strip(),
    )
    return number


def number_of(subject: Subject | None, kind: FactorKind) -> str:
    """Return the number of a factor, of a phone also the one that was told apart from it; empty where none was told."""
    if subject is None:
        return ""
    factor = VerificationFactor.objects.filter(subject=subject, kind=kind).first()
    if factor is not None and factor.number_encrypted:
        return decrypted(bytes(factor.number_encrypted))
    return decrypted(bytes(subject.phone_encrypted)) if kind is FactorKind.PHONE else ""
