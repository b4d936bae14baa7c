"""What one process remembers for a while, in bounded room."""

import threading
from collections import OrderedDict

# Some 150 bytes each.
MOST_NAMES = 10_000


class Remembered:
    """Moments by name; when the room is used up, the one that was written longest ago goes."""

    def __init__(self, most: int = MOST_NAMES) -> None:
        self._most = most
        self._moments: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def moment(self, name: bytes) -> float:
        """Return the moment written for a name; the beginning of time when there is none."""
        return self._moments.get(name, 0.0)

    def write(self, name: bytes, moment: float) -> None:
        """Keep a moment under this name."""
        with self._lock:
            self._moments[name] = moment
            self._moments.move_to_end(name)
            if len(self._moments) > self._most:
                self._moments.popitem(last=False)

    def forget_all(self) -> None:
        """Begin anew."""
        with self._lock:
            self._moments.clear()

    def __len__(self) -> int:
        return len(self._moments)
