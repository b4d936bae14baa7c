"""What a ring can be, and what its members do in it. Pure, as the algorithms are."""

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


class Role(StrEnum):
    """What one member does in it."""

    PASSES_ON = "passes_on"
    COLLECTS = "collects"
    SPREADS = "spreads"
    PAYS = "pays"
    RECEIVES = "receives"
    BUYS = "buys"
    SELLS = "sells"
    OWNS = "owns"
    SHARES = "shares"


# Who only pays in or receives may be the one who was robbed, or a customer.
AT_THE_EDGE = frozenset({Role.PAYS, Role.RECEIVES})
