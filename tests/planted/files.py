"""A world in files: history.ndjson, live.ndjson, labels.csv."""

import csv
from pathlib import Path

from tests.planted.documents import history, labels, live, written
from tests.planted.things import World


def write(world: World, folder: Path) -> None:
    """Write the three files into a folder that is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "history.ndjson").open("w", encoding="utf-8") as file:
        file.writelines(written(line) for line in history(world))
    with (folder / "live.ndjson").open("w", encoding="utf-8") as file:
        file.writelines(written(line) for _at, line in live(world))
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "id", "technique", "kind", "group", "role"])
        writer.writerows(labels(world))
