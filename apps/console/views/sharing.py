"""Sharing out the work: many cases at once, who works in a queue, and views that people keep."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from apps.common.errors import Refusal
from apps.console.forms import row_number
from apps.console.permissions import actor_of, person_of, signed_in, supervisors_only
from apps.console.presenters.queue_columns import columns_named
from apps.reviews.errors import HandOverRefused
from apps.reviews.models import AtEnd, StepKind
from apps.reviews.selectors import QueueCount, calendars, queues_with_members
from apps.reviews.services.share_out import case_assign, case_requeue, case_tag, queue_staff
from apps.reviews.services.views import view_forget, view_keep
from apps.risk.models import RiskLevel
from apps.staff.models import Person
from apps.staff.selectors import people
from apps.staff.services import person_choose_columns

# As many as a page of the queue shows.
MOST = 50
MOST_STEPS = 8

Chosen = TypeVar("Chosen")


@dataclass(frozen=True)
class BulkChoices:
    """What can be done with several cases at once; empty lists for who may only tag."""

    people: list[Person]
    queues: list[tuple[str, str]]


def bulk_choices(person: Person, counts: Sequence[QueueCount]) -> BulkChoices:
    """Return whom cases can be given to, and where they can be moved."""
    if not person.is_supervisor:
        return BulkChoices([], [])
    queues = [(each.queue.slug, each.queue.name) for each in counts]
    return BulkChoices([one for one in people() if one.is_active], queues)


@signed_in
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one thing with each chosen case; what is refused is said, and the others are done all the same."""
    chosen = list(dict.fromkeys(request.POST.getlist("case")))[:MOST]
    do = _work(request, request.POST.get("do", ""))
    if do is None or not chosen:
        messages.warning(request, _("Choose cases, and what to do with them."))
        return redirect(_back(request))
    done, refused = do_each(chosen, do)
    if done:
        messages.success(request, ngettext("%(count)s case done.", "%(count)s cases done.", done) % {"count": done})
    for why, count in refused.items():
        words = ngettext("%(count)s case not: %(why)s", "%(count)s cases not: %(why)s", count)
        messages.warning(request, words % {"count": count, "why": why})
    return redirect(_back(request))


def do_each(chosen: Iterable[Chosen], do: Callable[[Chosen], object]) -> tuple[int, Counter[str]]:
    """Do something with each; returns with how many it was done, and how many were refused for which reason."""
    done, refused = 0, Counter[str]()
    for each in chosen:
        try:
            do(each)
            done += 1
        except Refusal as refusal:
            refused[str(refusal.detail)] += 1
    return done, refused


def _work(request: HttpRequest, do: str) -> Callable[[str], object] | None:
    """Return what is to be done with each case; None when that is nothing known."""
    person, actor, now = person_of(request), actor_of(request), timezone.now()
    tags = [tag for tag in request.POST.get("tag", "").split(",") if tag.strip()]
    to = Person.objects.filter(pk=row_number(request.POST.get("to", "")) or 0).first()

    def assign(case_id: str) -> None:
        if to is None:
            raise HandOverRefused(pointer="/to")
        case_assign(case_id, to=to, by=person, actor=actor, now=now)

    works: dict[str, Callable[[str], object]] = {
        "assign": assign,
        "move": lambda case_id: case_requeue(
            case_id, queue_slug=request.POST.get("queue", ""), by=person, actor=actor, now=now
        ),
        "tag": lambda case_id: case_tag(case_id, add=tags, actor=actor, now=now),
        "untag": lambda case_id: case_tag(case_id, remove=tags, actor=actor, now=now),
    }
    return works.get(do)


@signed_in
@require_POST
def tags(request: HttpRequest, case_id: str) -> HttpResponse:
    """Add a tag to one case, or take one away."""
    do = _work(request, request.POST.get("do", ""))
    try:
        if do is not None and request.POST.get("do") in ("tag", "untag"):
            do(case_id)
    except Refusal as refusal:
        messages.warning(request, str(refusal.detail))
    return redirect("console:case", case_id)


@signed_in
@supervisors_only
@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """Show who works in which queue, how long its cases may take, and what happens on the way."""
    found = queues_with_members()
    rows = [
        (
            queue,
            queue.name,
            {member.pk for member in queue.members.all()},
            [(level.value, level.label, queue.level_minutes.get(level.value, "")) for level in RiskLevel],
            # One more than there are, to fill in.
            [*queue.steps, {}] if len(queue.steps) < MOST_STEPS else queue.steps,
        )
        for queue in found
    ]
    context = {
        "rows": rows,
        "people": [one for one in people() if one.is_active],
        "calendars": calendars(),
        "actions": StepKind.choices,
        "ends": AtEnd.choices,
        "queues": [(queue.slug, queue.name) for queue in found],
    }
    return render(request, "console/queues.html", context)


@signed_in
@supervisors_only
@require_POST
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Say who works in a queue."""
    chosen = [number for text in request.POST.getlist("member") if (number := row_number(text)) is not None]
    queue = queue_staff(slug, chosen, by=person_of(request), actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Members of %(queue)s saved.") % {"queue": queue.name})
    return redirect("console:queues")


@signed_in
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the filter and order of the queue under a name."""
    query = request.POST.get("query", "")
    try:
        view_keep(
            person=person_of(request),
            name=request.POST.get("name", ""),
            query=query,
            is_shared=request.POST.get("shared") == "on",
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal.detail))
    return redirect(_with(query))


@signed_in
@require_POST
def forget_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a view of one's own."""
    view_forget(view_id, person=person_of(request))
    return redirect("console:queue")


@signed_in
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Choose the columns of the queue."""
    person_choose_columns(person=person_of(request), columns=columns_named(request.POST.getlist("column")))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    return _with(request.POST.get("query", ""))


def _with(query: str) -> str:
    """Return the queue's address with these parameters, read and written again: nothing else gets into it."""
    written = QueryDict(query[:2000]).urlencode()
    return reverse("console:queue") + (f"?{written}" if written else "")
