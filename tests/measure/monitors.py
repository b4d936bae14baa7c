"""Monitors over a past, hour by hour: how many alerts a supervisor would have met.

`python -m tests.measure.monitors retail FOLDER`   (what `to_ndjson.py retail FOLDER` wrote)
`python -m tests.measure.monitors planted [--seed N] [--size 3000]`

The rows are there from the beginning; the clock is moved through them, each
hour in which something happened is counted at its end and judged, as the tick
does. Of the wholesaler nothing is known to be wrong, so that every alert is
one too many, but for sales that truly were unusual. Of the planted world the
alerts of the days in which techniques are played are told by whether the shop
they name takes part.
"""

import argparse
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.measure import code
from tests.measure.server import product


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parts = parser.add_subparsers(dest="what", required=True)
    retail = parts.add_parser("retail")
    retail.add_argument("folder", type=Path)
    planted = parts.add_parser("planted")
    planted.add_argument("--seed", type=int, default=101)
    planted.add_argument("--size", type=int, default=3_000)
    options = parser.parse_args()
    begun = time.perf_counter()
    with product("monitors"):
        changed = " with changes that are not committed" if code.is_changed() else ""
        print(f"commit {code.commit()}{changed}")
        if options.what == "retail":
            _retail(options.folder)
        else:
            _planted(options.seed, options.size)
    print(f"{time.perf_counter() - begun:.0f} s")
    return 0


def _retail(folder: Path) -> None:
    from apps.clients.models import ApiClient  # noqa: PLC0415
    from apps.common.actors import Actor, ActorKind  # noqa: PLC0415
    from apps.refunds.records import RefundRecord  # noqa: PLC0415
    from apps.refunds.services.history import history_import  # noqa: PLC0415
    from apps.reviews.services.intake import refund_intake  # noqa: PLC0415

    lines = (folder / "refunds.ndjson").read_text(encoding="utf-8").splitlines()
    records = [RefundRecord.model_validate_json(line) for line in lines]
    client = ApiClient.objects.create(name="retail", created_at=records[0].requested_at)
    with (folder / "history.ndjson").open("rb") as file:
        history_import(file, client_id=client.pk, now=datetime.now(UTC))
    actor = Actor(ActorKind.CLIENT, client.name, client_id=client.pk)
    for record in records:
        refund_intake(record, client=client, actor=actor, now=record.requested_at + timedelta(seconds=2))
    days = _replay(client, since=None)
    _print(days, truth=None)


def _planted(seed: int, size: int) -> None:
    from apps.clients.models import ApiClient  # noqa: PLC0415
    from tests.measure.watching import watch  # noqa: PLC0415
    from tests.planted.calendar import LIVE  # noqa: PLC0415
    from tests.planted.generate import world_of  # noqa: PLC0415

    world = world_of(seed, size)
    watch(world, seed)
    guilty = {ask.purchase.shop.id for ask in world.asks if ask.label.is_planted}
    days = _replay(ApiClient.objects.get(name=f"planted {seed}"), since=LIVE)
    _print(days, truth=guilty)


def _replay(client: Any, *, since: datetime | None) -> int:
    """Move the clock through all hours with trade or refunds; returns the days for which alerts could be raised."""
    from apps.marketplace.models import Order  # noqa: PLC0415
    from apps.monitors.measures import HOUR, hour_of  # noqa: PLC0415
    from apps.monitors.models import Alert, DueHour  # noqa: PLC0415
    from apps.monitors.services.follow import trade_count_due  # noqa: PLC0415
    from apps.monitors.services.judge import series_judge_due  # noqa: PLC0415
    from apps.refunds.models import Refund  # noqa: PLC0415

    moments = set(Order.objects.filter(client=client).values_list("placed_at", flat=True))
    moments |= set(Refund.objects.filter(client=client).values_list("requested_at", flat=True))
    hours = sorted({hour_of(moment) for moment in moments})
    for hour in hours:
        now = hour + HOUR - timedelta(seconds=1)
        DueHour.objects.create(client=client, hour=hour)
        while trade_count_due(now=now):
            continue
        while series_judge_due(now=now):
            continue
        if since is not None and hour < since:
            Alert.objects.all().delete()
    first = since or hours[0] + timedelta(days=8)
    return (hours[-1] - first).days + 1


def _print(days: int, truth: set[str] | None) -> None:
    from apps.monitors.models import Alert, Series  # noqa: PLC0415
    from apps.monitors.sentences import alert_title  # noqa: PLC0415

    alerts = list(Alert.objects.select_related("series__shop").order_by("raised_at", "pk"))
    told = Counter((alert.series.dimension, alert.measure, alert.severity) for alert in alerts)
    print(f"{Series.objects.count()} monitors, {days} days: {len(alerts)} alerts, {len(alerts) / days:.2f} a day")
    for (dimension, measure, severity), count in sorted(told.items()):
        print(f"  {dimension:<10} {measure:<13} {severity:<8} {count}")
    if truth is not None:
        shops = [alert for alert in alerts if alert.series.shop is not None]
        right = sum(alert.series.shop is not None and alert.series.shop.external_id in truth for alert in shops)
        print(f"of {len(shops)} alerts on shops {right} name one that takes part ({len(truth)} of them do)")
    for alert in alerts[:20]:
        print(f"  {alert.raised_at:%Y-%m-%d %H:%M} {alert_title(alert)} {alert.reading['observed']:.4g}")


if __name__ == "__main__":
    sys.exit(main())
