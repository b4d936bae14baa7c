"""Signatures by Standard Webhooks, which the receiver checks with the secret of its endpoint."""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """Return a fresh secret: ``whsec_`` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(signing_secrets: Sequence[str], *, event_id: str, at: datetime, body: str) -> dict[str, str]:
    """Return the three headers of one attempt.

    `at` is the moment of the attempt, not of the event. Every secret signs: a
    receiver that knows one of them is content, which is what makes rotation quiet.
    """
    moment = at.astimezone(UTC)
    signatures = [Webhook(secret).sign(event_id, moment, body) for secret in signing_secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
