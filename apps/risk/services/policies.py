"""The life of a version: drafted, proposed, and published or rejected by a second person.

Who may is checked by the faces. A document comes in checked, as `Policy`.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.locks import wait_for_lock
from apps.risk.errors import (
    AuthorDecides,
    NotTheAuthor,
    PolicyChangedMeanwhile,
    PolicyNotOpen,
    PolicyReasonMissing,
)
from apps.risk.flaws import policy_checked, queues_checked
from apps.risk.models import PolicyStatus, PolicyVersion
from apps.risk.policy import Policy
from apps.risk.selectors.policies import version_locked

# Numbers are given one after the other.
_NUMBERING_LOCK = 0x504F << 48


@transaction.atomic
def policy_draft(
    policy: Policy, *, reason: str, based_on: PolicyVersion | None, actor: Actor, now: datetime
) -> PolicyVersion:
    """Keep a new draft of the person who acts."""
    version = PolicyVersion.objects.create(
        document=_document(policy),
        reason=reason.strip(),
        author_id=_person(actor),
        based_on=based_on,
        created_at=now,
        changed_at=now,
    )
    changes = {"based_on": based_on.number or based_on.pk} if based_on is not None else {}
    audit_record(
        Action.POLICY_DRAFTED, actor=actor, now=now, subject=version.pk, changes=changes, reason=version.reason
    )
    return version


@transaction.atomic
def policy_change(
    version_id: str, policy: Policy, *, reason: str, seen: int, actor: Actor, now: datetime
) -> PolicyVersion:
    """Change a draft of one's own. `seen` is the revision that the person had before the eyes.

    Raises PolicyUnknown, NotTheAuthor, PolicyNotOpen, PolicyChangedMeanwhile.
    """
    version = _own(version_id, seen, actor, PolicyStatus.DRAFT)
    version.document, version.reason = _document(policy), reason.strip()
    version.changed_at, version.revision = now, version.revision + 1
    version.save(update_fields=["document", "reason", "changed_at", "revision"])
    audit_record(
        Action.POLICY_CHANGED,
        actor=actor,
        now=now,
        subject=version.pk,
        changes={"revision": [seen, version.revision]},
        reason=version.reason,
    )
    return version


@transaction.atomic
def policy_propose(
    version_id: str, *, seen: int, queues: Collection[str], actor: Actor, now: datetime
) -> PolicyVersion:
    """Put a draft of one's own before the others; from now on it stays as it is. `queues` are the slugs of all queues.

    Raises as `policy_change` does, PolicyReasonMissing, and PolicyFlawed when it names an unknown queue.
    """
    version = _own(version_id, seen, actor, PolicyStatus.DRAFT)
    if not version.reason:
        raise PolicyReasonMissing(pointer="/reason")
    queues_checked(policy_checked(version.document), queues)
    return _step(version, PolicyStatus.PROPOSED, Action.POLICY_PROPOSED, actor=actor, now=now)


@transaction.atomic
def policy_publish(
    version_id: str, *, reason: str, seen: int, queues: Collection[str], actor: Actor, now: datetime
) -> PolicyVersion:
    """Publish what another person proposed: refunds that come in from now on are weighed by it.

    Raises PolicyUnknown, AuthorDecides, PolicyNotOpen, PolicyChangedMeanwhile, PolicyReasonMissing, PolicyFlawed.
    """
    version = _proposed(version_id, reason, seen, actor)
    queues_checked(policy_checked(version.document), queues)
    wait_for_lock(_NUMBERING_LOCK)
    version.number = (PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    return _step(version, PolicyStatus.PUBLISHED, Action.POLICY_PUBLISHED, reason=reason, actor=actor, now=now)


@transaction.atomic
def policy_reject(version_id: str, *, reason: str, seen: int, actor: Actor, now: datetime) -> PolicyVersion:
    """Reject what another person proposed. Raises as `policy_publish` does."""
    version = _proposed(version_id, reason, seen, actor)
    return _step(version, PolicyStatus.REJECTED, Action.POLICY_REJECTED, reason=reason, actor=actor, now=now)


@transaction.atomic
def policy_withdraw(version_id: str, *, seen: int, actor: Actor, now: datetime) -> PolicyVersion:
    """Take back a draft or proposal of one's own. Raises as `policy_change` does."""
    version = _own(version_id, seen, actor, PolicyStatus.DRAFT, PolicyStatus.PROPOSED)
    return _step(version, PolicyStatus.WITHDRAWN, Action.POLICY_WITHDRAWN, actor=actor, now=now)


def _own(version_id: str, seen: int, actor: Actor, *statuses: PolicyStatus) -> PolicyVersion:
    version = version_locked(version_id)
    if version.author_id != _person(actor):
        raise NotTheAuthor
    return _as_seen(version, seen, statuses)


def _proposed(version_id: str, reason: str, seen: int, actor: Actor) -> PolicyVersion:
    version = version_locked(version_id)
    if version.author_id == _person(actor):
        raise AuthorDecides
    _as_seen(version, seen, (PolicyStatus.PROPOSED,))
    if not reason.strip():
        raise PolicyReasonMissing(pointer="/reason")
    return version


def _as_seen(version: PolicyVersion, seen: int, statuses: Collection[PolicyStatus]) -> PolicyVersion:
    if version.status not in statuses:
        raise PolicyNotOpen(status=version.get_status_display())
    if version.revision != seen:
        raise PolicyChangedMeanwhile
    return version


def _step(
    version: PolicyVersion, status: PolicyStatus, action: Action, *, reason: str = "", actor: Actor, now: datetime
) -> PolicyVersion:
    before = version.status
    version.status, version.revision = status, version.revision + 1
    if status is PolicyStatus.PROPOSED:
        version.proposed_at = now
    else:
        version.decided_at, version.decision_reason = now, reason.strip()
    if status in (PolicyStatus.PUBLISHED, PolicyStatus.REJECTED):
        version.decided_by_id = _person(actor)
    version.save()
    changes = {"status": [before, status.value]} | ({"number": version.number} if version.number else {})
    audit_record(
        action, actor=actor, now=now, subject=version.pk, changes=changes, reason=reason.strip() or version.reason
    )
    return version


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise NotTheAuthor
    return actor.person_id


def _document(policy: Policy) -> dict[str, object]:
    return policy.model_dump(mode="json", exclude_none=True)
