"""The secrets that sign, and changing them without a gap."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.common.ciphers import decrypted, encrypted
from apps.webhooks.models import WebhookEndpoint
from apps.webhooks.selectors import endpoint_locked
from apps.webhooks.signing import new_secret

OVERLAP = timedelta(hours=24)


@transaction.atomic
def secret_rotate(
    endpoint_id: str, *, client_id: int, actor: Actor, now: datetime, version: int | None = None
) -> tuple[WebhookEndpoint, str]:
    """Give the endpoint a new secret and return both; for 24 hours the one before signs as well.

    Of two rotations within that time only the newest two secrets sign: who
    rotates again because a secret leaked is rid of it. `version` is the one that the actor saw. Raises EndpointUnknown,
    EndpointChanged.
    """
    endpoint = endpoint_locked(endpoint_id, client_id=client_id, version=version)
    secret = new_secret()
    endpoint.previous_secret_encrypted = bytes(endpoint.secret_encrypted)
    endpoint.previous_secret_until = now + OVERLAP
    endpoint.secret_encrypted = encrypted(secret)
    endpoint.version += 1
    endpoint.save(update_fields=["previous_secret_encrypted", "previous_secret_until", "secret_encrypted", "version"])
    audit_record(Action.SECRET_ROTATED, actor=actor, now=now, subject=endpoint.pk)
    return endpoint, secret


def signing_secrets(endpoint: WebhookEndpoint, *, now: datetime) -> list[str]:
    """Return the secrets that sign now, the newest first. Raises ValueUnreadable."""
    secrets = [decrypted(bytes(endpoint.secret_encrypted))]
    if endpoint.previous_secret_until is not None and now < endpoint.previous_secret_until:
        secrets.append(decrypted(bytes(endpoint.previous_secret_encrypted)))
    return secrets
