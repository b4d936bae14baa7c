"""What a ring can be. Pure, as the algorithms are."""

from enum import StrEnum


class Kind(StrEnum):
    """What its members have in common."""

    CYCLE = "cycle"
