"""What people at a case leave behind without having sent anything: drafts, and that they are looking."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from apps.reviews.models import CaseViewer, DecisionDraft
from apps.staff.models import Person

# A page says every twenty seconds that it is open.
VIEWING = timedelta(seconds=50)
_VIEWERS_KEPT = timedelta(hours=1)
_DRAFTS_KEPT = timedelta(days=30)

Fields = Mapping[str, Sequence[str]]


def draft_keep(case_id: str, person: Person, fields: Fields, *, now: datetime) -> None:
    """Keep what a person has filled in so far, in place of what was kept before."""
    DecisionDraft.objects.update_or_create(case_id=case_id, person=person, defaults={"fields": fields, "saved_at": now})


def case_viewed(case_id: str, person: Person, *, now: datetime) -> list[str]:
    """Note that this person has the case before them; returns who else has, by name."""
    CaseViewer.objects.update_or_create(case_id=case_id, person=person, defaults={"seen_at": now})
    others = CaseViewer.objects.filter(case_id=case_id, seen_at__gt=now - VIEWING).exclude(person=person)
    return [str(viewer.person) for viewer in others.select_related("person").order_by("person__display_name", "pk")]


def work_forget_old(*, now: datetime) -> int:
    """Forget viewers who have left and drafts that nobody came back to; returns how many rows."""
    viewers, _by_model = CaseViewer.objects.filter(seen_at__lte=now - _VIEWERS_KEPT).delete()
    drafts, _by_model = DecisionDraft.objects.filter(saved_at__lte=now - _DRAFTS_KEPT).delete()
    return viewers + drafts
