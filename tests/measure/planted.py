"""Planted techniques among lawful trade: what is caught, and who is bothered.

`python -m tests.measure.planted [--seeds tuning|report] [--size 6000] [--json FILE] [--show FILE]`

Starts PostgreSQL, imports the history of each world, feeds its live refunds
day by day through the real services, and prints tables. Report seeds are for
reported figures alone: they are refused while the code that weighs has changes
that are not committed, and `--show`, which lists every refund with its truth,
is for tuning seeds only.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.measure import code
from tests.measure.server import product
from tests.planted.generate import SIZE, world_of
from tests.planted.seeds import SETS

if TYPE_CHECKING:
    from tests.measure.seen import Seen


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", choices=sorted(SETS), default="tuning")
    parser.add_argument("--worlds", type=int, help="only so many of the seeds")
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=Path, help="list every refund with what it truly is (tuning seeds)")
    options = parser.parse_args()
    if options.seeds == "report" and (code.is_changed() or options.show):
        print("Report figures belong to a commit, and nobody looks at single refunds of theirs.", file=sys.stderr)
        return 2
    begun = time.perf_counter()
    with product("planted"):
        worlds = _watch(SETS[options.seeds][: options.worlds], options.size)
    from tests.measure.tables import tables  # noqa: PLC0415
    from tests.measure.tallies import figures_of  # noqa: PLC0415

    changed = " with changes that are not committed" if code.is_changed() else ""
    run = {"seeds": options.seeds, "size": options.size, "commit": code.commit() + changed}
    figures: dict[str, Any] = run | figures_of(worlds)
    print(f"{options.seeds} seeds, {len(worlds)} worlds of {options.size} accounts, commit {run['commit']}")
    print("\n".join(tables(figures)))
    print(f"{time.perf_counter() - begun:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    if options.show:
        _show(worlds, options.show)
    return 0


def _watch(seeds: tuple[int, ...], size: int) -> "list[Seen]":
    from tests.measure.watching import watch  # noqa: PLC0415

    worlds = []
    for seed in seeds:
        print(f"world {seed} …", file=sys.stderr)
        worlds.append(watch(world_of(seed, size), seed))
    return worlds


def _show(worlds: "list[Seen]", path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for seen in worlds:
            for one in sorted(seen.refunds, key=lambda one: (one.truth.technique, one.truth.kind, one.truth.group)):
                truth = f"{one.truth.technique} / {one.truth.kind} / {one.truth.group}"
                print(f"{truth:<60} {one.outcome:<7} {one.score:>3} {one.account} {' '.join(one.codes)}", file=file)
            for ring in seen.rings:
                members = [str(seen.accounts[account].kind) for account in sorted(ring.accounts)]
                print(f"ring {ring.kind} {ring.score} {ring.status} {members}", file=file)


if __name__ == "__main__":
    sys.exit(main())
