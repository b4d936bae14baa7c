"""People come to work and go home, as the audit log sees it."""

import random
from datetime import datetime, timedelta

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.demo.hours import SHANGHAI, at_clock, minutes
from apps.demo.staff import Member
from apps.demo.story.agenda import Story


def shifts(member: Member, chance: random.Random, since: datetime, until: datetime) -> Story:
    """Sign in before each shift and out after it."""
    begins, ends = member.colleague.shift
    day = since.astimezone(SHANGHAI).date()
    at = since
    while at <= until:
        at = yield max(since, at_clock(day, begins) - minutes(chance.uniform(1, 14)))
        audit_record(Action.SIGNED_IN, actor=member.actor, now=at, subject=member.colleague.username)
        at = yield at_clock(day, ends) + minutes(chance.uniform(1, 12))
        audit_record(Action.SIGNED_OUT, actor=member.actor, now=at, subject=member.colleague.username)
        day += timedelta(days=1)
    return at
