"""Time, played in order: every story says when it goes on, and the earliest goes first.

In order, because ids, the audit log and the outbox count up as rows are
written, and have to agree with the moments in them.
"""

import heapq
from collections.abc import Generator
from datetime import datetime
from itertools import count

# Yields the moment at which it wants to go on, is given that moment, and ends with the last one.
Story = Generator[datetime, datetime, datetime]


class Agenda:
    """Stories that wait for their moment."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._numbers = count()

    def add(self, story: Story) -> None:
        """Let a story begin: it names its first moment."""
        self._put(next(story), story)

    def play(self, until: datetime) -> int:
        """Play every moment up to `until`; what lies later has not happened. Returns how many moments there were."""
        played = 0
        while self._waiting and self._waiting[0][0] <= until:
            at, _number, story = heapq.heappop(self._waiting)
            played += 1
            try:
                wanted = story.send(at)
            except StopIteration:
                continue
            self._put(max(wanted, at), story)
        for _at, _number, story in self._waiting:
            story.close()
        self._waiting.clear()
        return played

    def _put(self, at: datetime, story: Story) -> None:
        heapq.heappush(self._waiting, (at, next(self._numbers), story))
