"""Real customers of a lawful wholesaler: how many of their refunds meet a person, and that no ring is raised.

`python -m tests.measure.retail FOLDER [--limit N]`

FOLDER holds what `to_ndjson.py retail FOLDER` wrote. Starts PostgreSQL,
imports the history, submits the refunds in order of time, and searches for
rings. Nobody here was ever labelled a fraud, so whatever is raised is taken to
be wrong.
"""

import argparse
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.measure import code
from tests.measure.server import product

MOST_REVIEWED = 0.03
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def main() -> int:
    """Measure and print; ends with 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, help="only the first so many refunds")
    options = parser.parse_args()
    with product("retail"):
        return _measure(options.folder, options.limit)


def _measure(folder: Path, limit: int | None) -> int:
    # What needs Django waits until its settings can be read.
    from apps.clients.models import ApiClient  # noqa: PLC0415
    from apps.common.actors import Actor, ActorKind  # noqa: PLC0415
    from apps.refunds.records import RefundRecord  # noqa: PLC0415
    from apps.refunds.services.history import history_import  # noqa: PLC0415
    from apps.reviews.services.intake import refund_intake  # noqa: PLC0415
    from apps.rings.kinds import Kind  # noqa: PLC0415
    from apps.rings.services.detect import rings_detect  # noqa: PLC0415
    from apps.risk.models import RiskAssessment  # noqa: PLC0415

    begun = time.perf_counter()
    lines = (folder / "refunds.ndjson").read_text(encoding="utf-8").splitlines()[:limit]
    records = [RefundRecord.model_validate_json(line) for line in lines]
    client = ApiClient.objects.create(name="retail", created_at=records[0].requested_at)
    with (folder / "history.ndjson").open("rb") as file:
        report = history_import(file, client_id=client.pk, now=datetime.now(UTC))
    print(f"history: {report.accepted} accepted, {report.rejected} rejected, {time.perf_counter() - begun:.0f} s")
    actor = Actor(ActorKind.CLIENT, client.name, client_id=client.pk)
    for record in records:
        refund_intake(record, client=client, actor=actor, now=record.requested_at + timedelta(seconds=2))
    outcomes: Counter[str] = Counter()
    why: Counter[str] = Counter()
    for assessment in RiskAssessment.objects.order_by("pk").defer("facts").iterator():
        outcomes[str(assessment.outcome)] += 1
        if assessment.outcome == "review":
            why.update(factor["code"] for factor in assessment.factors if factor["points"] > 0)
    found = rings_detect(client, kinds=list(Kind), since=_BEGINNING, now=datetime.now(UTC))
    rings = found.rings if found else []
    total = len(records)
    print(f"commit {code.commit()}{' with changes that are not committed' if code.is_changed() else ''}")
    print(
        f"{total} refunds: "
        + ", ".join(f"{n} {name} ({100 * n / total:.2f} %)" for name, n in sorted(outcomes.items()))
    )
    print("factors of those sent to review: " + ", ".join(f"{code_} {n}" for code_, n in why.most_common()))
    print(f"{len(rings)} rings raised; {time.perf_counter() - begun:.0f} s")
    return int(outcomes["review"] > MOST_REVIEWED * total or bool(rings))


if __name__ == "__main__":
    sys.exit(main())
