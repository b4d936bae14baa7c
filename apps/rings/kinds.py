"""What a ring can be. Pure, as the algorithms are."""

from enum import StrEnum


class Kind(StrEnum):
    """What its members have in common."""

    CYCLE = "cycle"
    FAN_IN = "fan_in"
    FAN_OUT = "fan_out"
    PASS_THROUGH = "pass_through"  # noqa: S105 (no password)
    DENSE_BLOCK = "dense_block"
    SHARED_IDENTITY = "shared_identity"
    SELF_DEALING = "self_dealing"


# What `rings_detect` searches for so far; the others have their place, and nothing raises them yet.
SEARCHED = (Kind.CYCLE,)
