"""The broker made of files."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from celery.app import app_or_default
from kombu import Connection
from kombu.simple import SimpleQueue

from reviewconsole import broker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "queue").mkdir()
    return tmp_path


@pytest.fixture
def queue(folder: Path) -> Iterator[SimpleQueue]:
    options = {
        "data_folder_in": str(folder / "queue"),
        "data_folder_out": str(folder / "queue"),
        "control_folder": str(folder / "control"),
    }
    with (
        Connection("filesystem://", transport_options=options) as connection,
        # A name of its own: kombu remembers in the process which queues it has bound.
        connection.SimpleQueue(folder.name) as opened,
    ):
        yield opened


def test_stands_behind_the_name_of_kombus_own(queue: SimpleQueue) -> None:
    assert app_or_default() is not None
    assert isinstance(queue.channel, broker.Channel)


def test_keeps_no_more_than_its_bound_and_drops_the_oldest(
    queue: SimpleQueue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker, "MESSAGES_KEPT", 3)

    for number in range(5):
        queue.put({"number": number})

    assert len(list((folder / "queue").iterdir())) == 3
    assert [queue.get_nowait().payload["number"] for _ in range(3)] == [2, 3, 4]
    with pytest.raises(queue.Empty):
        queue.get_nowait()


def test_shows_a_message_whole_or_not_at_all(queue: SimpleQueue, folder: Path) -> None:
    """A reader that looks all the time never meets a file with less than the whole message."""
    sizes: set[int] = set()
    done = Event()

    def look() -> None:
        while not done.is_set():
            sizes.update(path.stat().st_size for path in (folder / "queue").glob("*.msg"))

    reader = Thread(target=look)
    reader.start()
    for _ in range(50):
        queue.put("x" * 200_000)
    done.set()
    reader.join()

    assert len(sizes) == 1
    assert min(sizes) > 200_000
