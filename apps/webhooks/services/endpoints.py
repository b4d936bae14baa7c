"""The endpoints of a client: made, changed, switched off, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor, ActorKind
from apps.common.ciphers import encrypted
from apps.common.errors import Invalid, SeveralInvalid
from apps.webhooks.errors import DescriptionTooLong, EventTypeUnknown, TooManyEndpoints
from apps.webhooks.event_types import EventType
from apps.webhooks.models import DeliveryStatus, DisabledReason, EndpointStatus, WebhookDelivery, WebhookEndpoint
from apps.webhooks.receivers import allowed_networks, receiver_url_check
from apps.webhooks.selectors import endpoint_locked, endpoints_of
from apps.webhooks.signing import new_secret

MOST_ENDPOINTS = 100
LONGEST_DESCRIPTION = 200


@dataclass(frozen=True)
class EndpointChanges:
    """What shall be different; None leaves it as it is."""

    url: str | None = None
    description: str | None = None
    event_types: Sequence[str] | None = None
    status: EndpointStatus | None = None


@transaction.atomic
def endpoint_create(
    *, client_id: int, url: str, description: str, event_types: Sequence[str], actor: Actor, now: datetime
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint that wants these types, all if none is named. Returns it with its secret.

    Raises the refusals of its URL, DescriptionTooLong, EventTypeUnknown,
    TooManyEndpoints; SeveralInvalid where several hold.
    """
    _check(EndpointChanges(url, description, event_types))
    if endpoints_of(client_id).count() >= MOST_ENDPOINTS:
        raise TooManyEndpoints(most=MOST_ENDPOINTS)
    secret = new_secret()
    endpoint = WebhookEndpoint.objects.create(
        client_id=client_id,
        url=url,
        description=description,
        event_types=list(dict.fromkeys(event_types)),
        secret_encrypted=encrypted(secret),
        created_at=now,
    )
    facts = {"url": url, "event_types": endpoint.event_types}
    audit_record(Action.ENDPOINT_CREATED, actor=actor, now=now, subject=endpoint.pk, changes=facts)
    return endpoint, secret


@transaction.atomic
def endpoint_change(
    endpoint_id: str,
    *,
    client_id: int,
    changes: EndpointChanges,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> WebhookEndpoint:
    """Change an endpoint. Switching it off gives up what it still waits for; switching it on does not bring it back.

    `version` is the one that the actor saw. Raises EndpointUnknown, EndpointChanged and what `endpoint_create` raises.
    """
    _check(changes)
    endpoint = endpoint_locked(endpoint_id, client_id=client_id, version=version)
    wanted: dict[str, Any] = {
        "url": changes.url,
        "description": changes.description,
        "event_types": None if changes.event_types is None else list(dict.fromkeys(changes.event_types)),
        "status": None if changes.status is None else changes.status.value,
    }
    changed = {
        name: [getattr(endpoint, name), value]
        for name, value in wanted.items()
        if value is not None and value != getattr(endpoint, name)
    }
    if not changed:
        return endpoint
    for name, (_before, after) in changed.items():
        setattr(endpoint, name, after)
    if "status" in changed:
        is_off = endpoint.status == EndpointStatus.DISABLED
        why_off = DisabledReason.REQUESTED if actor.kind is ActorKind.CLIENT else DisabledReason.SUPERVISOR
        endpoint.disabled_reason = why_off.value if is_off else ""
    if {"status", "url"} & changed.keys():
        endpoint.paused_until = None
    endpoint.version += 1
    endpoint.save(update_fields=[*changed, "disabled_reason", "paused_until", "version"])
    if endpoint.status == EndpointStatus.DISABLED:
        _give_up_pending(endpoint, now=now)
    audit_record(Action.ENDPOINT_CHANGED, actor=actor, now=now, subject=endpoint.pk, changes=changed)
    return endpoint


@transaction.atomic
def endpoint_remove(endpoint_id: str, *, client_id: int, actor: Actor, now: datetime) -> None:
    """Remove an endpoint and give up what it waits for; its secrets are forgotten. Raises EndpointUnknown."""
    endpoint = endpoint_locked(endpoint_id, client_id=client_id)
    endpoint.removed_at = now
    endpoint.secret_encrypted = endpoint.previous_secret_encrypted = b""
    endpoint.previous_secret_until = None
    endpoint.version += 1
    endpoint.save(
        update_fields=[
            "removed_at", "secret_encrypted", "previous_secret_encrypted", "previous_secret_until", "version"
        ]
    )  # fmt: skip
    _give_up_pending(endpoint, now=now)
    audit_record(Action.ENDPOINT_REMOVED, actor=actor, now=now, subject=endpoint.pk, changes={"url": endpoint.url})


@transaction.atomic
def endpoint_disable(endpoint_id: str, *, asked_url: str, reason: DisabledReason, actor: Actor, now: datetime) -> bool:
    """Switch off an endpoint for what its receiver at `asked_url` said, and give up what it waits for.

    Returns False where that no longer speaks of it: it was moved to another
    URL, removed or switched off while the receiver was being asked.
    """
    asked = WebhookEndpoint.objects.filter(
        pk=endpoint_id, url=asked_url, status=EndpointStatus.ENABLED, removed_at__isnull=True
    )
    endpoint = asked.select_for_update(no_key=True).first()
    if endpoint is None:
        return False
    endpoint.status = EndpointStatus.DISABLED
    endpoint.disabled_reason = reason.value
    endpoint.version += 1
    endpoint.save(update_fields=["status", "disabled_reason", "version"])
    _give_up_pending(endpoint, now=now)
    facts = {"status": [EndpointStatus.ENABLED.value, EndpointStatus.DISABLED.value], "reason": reason.value}
    audit_record(Action.ENDPOINT_DISABLED, actor=actor, now=now, subject=endpoint.pk, changes=facts)
    return True


def _give_up_pending(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    WebhookDelivery.objects.filter(endpoint=endpoint, status=DeliveryStatus.PENDING).update(
        status=DeliveryStatus.DEAD, next_attempt_at=None, leased_until=None, finished_at=now
    )


def _check(changes: EndpointChanges) -> None:
    problems: list[Invalid] = []
    if changes.url is not None:
        try:
            receiver_url_check(changes.url, allowed=allowed_networks())
        except Invalid as problem:
            problems.append(problem)
    if changes.description is not None and len(changes.description) > LONGEST_DESCRIPTION:
        problems.append(DescriptionTooLong(pointer="/description", most=LONGEST_DESCRIPTION))
    known = [kind.value for kind in EventType]
    problems += [
        EventTypeUnknown(pointer=f"/event_types/{place}", event_type=event_type, known=", ".join(known))
        for place, event_type in enumerate(changes.event_types or ())
        if event_type not in known
    ]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise SeveralInvalid(problems)
