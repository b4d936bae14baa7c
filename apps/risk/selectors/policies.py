"""Versions of the policy, and the one in force."""

from dataclasses import dataclass
from functools import lru_cache

from apps.risk.errors import PolicyUnknown
from apps.risk.models import PolicyStatus, PolicyVersion
from apps.risk.policy import Policy, policy_from
from apps.risk.policy.shipped import SHIPPED_NUMBER, shipped_policy


@dataclass(frozen=True)
class NumberedPolicy:
    """A published policy and its number."""

    number: int
    policy: Policy


def policy_published(version_id: str | None) -> NumberedPolicy:
    """Return a published policy by the id of its version; without one that the product comes with.

    Read once by each process: what is published stays as it is.
    """
    if version_id is None:
        return NumberedPolicy(SHIPPED_NUMBER, shipped_policy())
    return _published(version_id)


def policy_in_force() -> NumberedPolicy:
    """Return the published policy with the highest number."""
    published = PolicyVersion.objects.filter(status=PolicyStatus.PUBLISHED)
    return policy_published(published.order_by("-number").values_list("pk", flat=True).first())


def policy_that_weighed(number: int) -> NumberedPolicy:
    """Return the policy of an assessment; of one from before versions were kept, the shipped one."""
    return policy_published(PolicyVersion.objects.filter(number=number).values_list("pk", flat=True).first())


def version_of(version_id: str) -> PolicyVersion:
    """Return a version with its people. Raises PolicyUnknown."""
    found = PolicyVersion.objects.select_related("author", "decided_by", "based_on").filter(pk=version_id).first()
    if found is None:
        raise PolicyUnknown
    return found


def version_named(text: str) -> PolicyVersion:
    """Return a version by its published number or by its id. Raises PolicyUnknown."""
    if not (text.isdecimal() and len(text) < 10):
        return version_of(text)
    found = PolicyVersion.objects.filter(number=int(text)).values_list("pk", flat=True).first()
    return version_of(found or "")


def version_before(version: PolicyVersion) -> PolicyVersion | None:
    """Return what a version began as, else the published one before it."""
    if version.based_on is not None:
        return version.based_on
    earlier = PolicyVersion.objects.filter(number__isnull=False).exclude(pk=version.pk)
    if version.number is not None:
        earlier = earlier.filter(number__lt=version.number)
    return earlier.order_by("-number").first()


def versions_newest(most: int) -> list[PolicyVersion]:
    """Return the newest versions with their people."""
    versions = PolicyVersion.objects.select_related("author", "decided_by", "based_on")
    return list(versions.order_by("-created_at", "-pk")[:most])


def version_locked(version_id: str) -> PolicyVersion:
    """Return a version, locked until the transaction ends. Raises PolicyUnknown."""
    found = PolicyVersion.objects.select_for_update().filter(pk=version_id).first()
    if found is None:
        raise PolicyUnknown
    return found


@lru_cache(maxsize=64)
def _published(version_id: str) -> NumberedPolicy:
    version = PolicyVersion.objects.get(pk=version_id, status=PolicyStatus.PUBLISHED)
    return NumberedPolicy(version.number or 0, policy_from(version.document))
