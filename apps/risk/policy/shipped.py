"""The policy that the product comes with."""

from functools import cache
from pathlib import Path

import yaml

from apps.risk.policy.document import Policy, policy_from

SHIPPED_NUMBER = 1
_PATH = Path(__file__).parent.parent / "policies" / "shipped.yaml"


@cache
def shipped_policy() -> Policy:
    """Return the shipped policy."""
    return policy_from(yaml.safe_load(_PATH.read_text(encoding="utf-8")))
