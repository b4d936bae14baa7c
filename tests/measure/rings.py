"""How many of the labelled accounts are in rings, and how many of those in rings are labelled.

`python -m tests.measure.rings RINGS.jsonl LABELS.csv` reads what `manage.py detect_rings --export` wrote, and the
labels that `to_ndjson.py transfers` wrote. An account counts as right when it belongs to any labelled pattern.
"""

import csv
import json
import sys
from collections import defaultdict
from pathlib import Path


def main(rings_file: str, labels_file: str) -> None:
    """Print a line for each kind of ring."""
    labelled: defaultdict[str, set[str]] = defaultdict(set)
    with Path(labels_file).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labelled[row["pattern"]].add(row["account_id"])
    raised: defaultdict[str, list[set[str]]] = defaultdict(list)
    with Path(rings_file).open(encoding="utf-8") as file:
        for line in file:
            ring = json.loads(line)
            raised[ring["kind"]].append(set(ring["accounts"]))
    anywhere = set().union(*labelled.values())
    for kind, rings in sorted(raised.items()):
        accounts = set().union(*rings)
        wanted = labelled.get(kind, set())
        recall = f"{len(accounts & wanted) / len(wanted):.2f}" if wanted else "-"
        print(
            f"{kind:<16} {len(rings):5} rings, {len(accounts):5} accounts:"
            f" precision {len(accounts & anywhere) / len(accounts):.2f}, recall {recall} of {len(wanted)}"
        )


if __name__ == "__main__":
    main(*sys.argv[1:3])
