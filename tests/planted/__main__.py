"""Write a world: `python -m tests.planted FOLDER --seed 101 [--size 6000]`.

history.ndjson goes in by `import_history`, live.ndjson holds what is told
afterwards in order of time (a `refund` line is a body of POST /refunds with
its type), labels.csv says what each account, shop and refund truly is.
"""

import argparse
from pathlib import Path

from tests.planted.files import write
from tests.planted.generate import SIZE, world_of


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--size", type=int, default=SIZE, help="lawful accounts, about")
    options = parser.parse_args()
    write(world_of(options.seed, options.size), options.folder)


if __name__ == "__main__":
    main()
