"""What is checked when a process starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from apps.common.addresses import networks_in

_NETWORKS = ("REVIEWCONSOLE_TRUSTED_PROXIES", "REVIEWCONSOLE_METRICS_ALLOW")


def check_networks(**_options: Any) -> list[CheckMessage]:
    """Find a network that cannot be read now rather than at the first request."""
    found: list[CheckMessage] = []
    for number, name in enumerate(_NETWORKS, start=1):
        try:
            networks_in(getattr(settings, name))
        except ValueError as unreadable:
            found.append(Error(f"{name}: {unreadable}", id=f"common.E{number:03}"))
    return found
