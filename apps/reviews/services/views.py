"""Ways to look at the queue that people keep."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.common.errors import Invalid, NotFound
from apps.reviews.models import SavedView
from apps.staff.models import Person

LONGEST_NAME, LONGEST_QUERY, MOST_VIEWS = 60, 500, 30


class ViewUnknown(NotFound):
    """There is no such view of this person."""

    code = "view_unknown"
    title = _("Unknown view")
    message = _("There is no such view of yours.")


class ViewUnfit(Invalid):
    """Without a name, too long, or one too many."""

    code = "view_unfit"
    title = _("View cannot be kept")
    message = _("Give the view a name of at most {length} characters; {most} views can be kept.")


@transaction.atomic
def view_keep(*, person: Person, name: str, query: str, is_shared: bool, now: datetime) -> SavedView:
    """Keep a view under a name, in place of the person's own of that name. Raises ViewUnfit."""
    name = " ".join(name.split())
    others = SavedView.objects.filter(person=person).exclude(name=name)
    if not 0 < len(name) <= LONGEST_NAME or len(query) > LONGEST_QUERY or others.count() >= MOST_VIEWS:
        raise ViewUnfit(pointer="/name", length=LONGEST_NAME, most=MOST_VIEWS)
    kept, _is_new = SavedView.objects.update_or_create(
        person=person, name=name, defaults={"query": query, "is_shared": is_shared, "created_at": now}
    )
    return kept


def view_forget(view_id: int, *, person: Person) -> None:
    """Forget a view of this person. Raises ViewUnknown."""
    forgotten, _by_model = SavedView.objects.filter(pk=view_id, person=person).delete()
    if not forgotten:
        raise ViewUnknown
