"""Versions of the policy as rows of a list, and what a person may do with one."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from apps.console.presenters.marks import State
from apps.risk.models import PolicyStatus, PolicyVersion
from apps.staff.models import Person

_MARKS = {
    PolicyStatus.DRAFT: ("none", "pencil"),
    PolicyStatus.PROPOSED: ("warn", "hourglass"),
    PolicyStatus.PUBLISHED: ("good", "circle-check"),
    PolicyStatus.REJECTED: ("bad", "circle-x"),
    PolicyStatus.WITHDRAWN: ("none", "arrow-back-up"),
}


@dataclass(frozen=True)
class VersionRow:
    """One version. `may_…` is what this person may do with it now."""

    version_id: str
    name: str
    state: State
    is_in_force: bool
    reason: str
    author: str
    created_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    revision: int
    based_on: str
    may_edit: bool
    may_propose: bool
    may_decide: bool
    may_withdraw: bool


def version_row(version: PolicyVersion, person: Person, *, in_force: int) -> VersionRow:
    """Write one version out for this person."""
    is_own = version.author_id == person.pk
    is_draft, is_proposed = version.status == PolicyStatus.DRAFT, version.status == PolicyStatus.PROPOSED
    tone, icon = _MARKS[PolicyStatus(version.status)]
    return VersionRow(
        version_id=version.pk,
        name=version_name(version),
        state=State(version.get_status_display(), tone, icon),
        is_in_force=version.number == in_force,
        reason=version.reason,
        author=str(version.author) if version.author is not None else _("the product"),
        created_at=version.created_at,
        decided_by=str(version.decided_by) if version.decided_by is not None else "",
        decided_at=version.decided_at,
        decision_reason=version.decision_reason,
        revision=version.revision,
        based_on=version_name(version.based_on) if version.based_on is not None else "",
        may_edit=is_draft and is_own,
        may_propose=is_draft and is_own,
        may_decide=is_proposed and not is_own and person.is_supervisor,
        may_withdraw=(is_draft or is_proposed) and is_own,
    )


def version_name(version: PolicyVersion) -> str:
    """Name a version by its number, one that was never published by its status and the end of its id."""
    if version.number is not None:
        return _("Version %(number)s") % {"number": version.number}
    return f"{version.get_status_display()} {version.pk[-6:]}"
