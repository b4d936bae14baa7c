"""One view per address, one service call per method."""
