"""The broker of an installation on one machine: files in the data folder.

kombu's filesystem transport with two gaps closed. It writes a message in place,
so that a reader can take it half written, which ends the worker. And it keeps
every message until someone takes it, so that a clock that ticks while no worker
runs fills the disk.
"""

import uuid
from pathlib import Path
from time import time_ns
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps

# Nothing durable lives here: a dropped tick is made up for by the next one.
MESSAGES_KEPT = 1000


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_options: Any) -> None:  # type: ignore[override]  # kombu calls it message above
        """Make a message appear whole or not at all, and drop the oldest when there are too many."""
        folder = Path(self.data_folder_out)
        draft = folder / f"draft-{uuid.uuid4()}"
        draft.write_text(dumps(payload))
        draft.rename(folder / f"{time_ns()}_{uuid.uuid4()}.{queue}.msg")
        for surplus in sorted(folder.glob(f"*.{queue}.msg"))[:-MESSAGES_KEPT]:
            # Missing: a worker has just taken it.
            surplus.unlink(missing_ok=True)


class Transport(filesystem.Transport):
    Channel = Channel
    # Seconds between two looks into an empty folder; a look costs some ten microseconds.
    polling_interval = 0.25
