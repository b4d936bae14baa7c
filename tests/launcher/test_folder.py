"""The rooms of the data folder."""

from pathlib import Path

from reviewconsole.launcher.folder import fresh_measurements, make_rooms
from reviewconsole.launcher.installation import Installation


def test_begins_with_nothing_measured(tmp_path: Path) -> None:
    installation = Installation.from_environment({"REVIEWCONSOLE_DATA_DIR": str(tmp_path)})
    make_rooms(installation)
    folder = fresh_measurements(installation)
    (folder / "counter_1.db").touch()

    assert fresh_measurements(installation) == folder
    assert list(folder.iterdir()) == []
