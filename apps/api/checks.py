"""What is checked when a process starts."""

import math
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_rate_limit(**_options: Any) -> list[CheckMessage]:
    """Refuse a limit that means nothing."""
    limit = settings.REVIEWCONSOLE_RATE_LIMIT
    if math.isfinite(limit) and limit >= 0:
        return []
    return [Error(f"REVIEWCONSOLE_RATE_LIMIT: {limit} is no number of requests a second", id="api.E001")]
