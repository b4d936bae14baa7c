"""How far facts look, where a factor has to say so too."""

# An account that wakes: its orders of this many days.
WAKING_DAYS = 7
# Who else used the device, or the address.
DEVICE_DAYS = 180
NETWORK_DAYS = 30
