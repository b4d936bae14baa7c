"""What is checked when a process starts."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from apps.identity.services.checks import LEASE
from apps.webhooks.addresses import address_from, is_inside
from apps.webhooks.receivers import allowed_networks


def check_verification_service(**_options: Any) -> list[CheckMessage]:
    """A service that cannot be asked, or only in the clear, is better found now than with the first number."""
    if not settings.REVIEWCONSOLE_VERIFICATION_URL:
        return []
    found: list[CheckMessage] = []
    if not _is_private(settings.REVIEWCONSOLE_VERIFICATION_URL):
        found.append(
            Error(
                "REVIEWCONSOLE_VERIFICATION_URL has to begin with https:// unless its address lies in "
                "REVIEWCONSOLE_WEBHOOK_ALLOW: numbers of people go there.",
                id="identity.E001",
            )
        )
    if not _is_secret(settings.REVIEWCONSOLE_VERIFICATION_SECRET):
        found.append(Error("REVIEWCONSOLE_VERIFICATION_SECRET has to be whsec_ and base64.", id="identity.E002"))
    if not 0 < settings.REVIEWCONSOLE_VERIFICATION_TIMEOUT < LEASE / timedelta(seconds=2):
        found.append(Error("REVIEWCONSOLE_VERIFICATION_TIMEOUT has to be between 0 and 60.", id="identity.E003"))
    return found


def _is_private(url: str) -> bool:
    """Tell whether nobody on the way can read."""
    parsed = urlsplit(url)
    if parsed.scheme == "https" and parsed.hostname:
        return True
    address = address_from(parsed.hostname or "")
    return parsed.scheme == "http" and address is not None and is_inside(address, allowed_networks())


def _is_secret(secret: str) -> bool:
    try:
        Webhook(secret)
    except (EmptyWebhookSecretError, ValueError):
        return False
    return secret.startswith("whsec_")
