"""What is checked when a process starts."""

from typing import Any

from django.core.checks import CheckMessage, Error

from apps.webhooks.receivers import allowed_networks


def check_allowed_networks(**_options: Any) -> list[CheckMessage]:
    """A network that cannot be read is better found now than with the first delivery."""
    try:
        allowed_networks()
    except ValueError as unreadable:
        return [Error(f"REVIEWCONSOLE_WEBHOOK_ALLOW: {unreadable}", id="webhooks.E001")]
    return []
