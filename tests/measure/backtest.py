"""How fast past refunds are weighed again: those with frozen facts, those of history, and the floor under the first.

python -m tests.measure.backtest [REFUNDS]
"""

import sys
import time
from typing import Any

from tests.measure.server import product

# Each account asked for this many refunds.
PER_ACCOUNT = 5
_FIRST = 1_000_000


def main() -> int:
    """Lay the refunds out, weigh them by the shipped policy, and print one line for each kind."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with product("backtest"):
        _measure(count)
    return 0


def _measure(count: int) -> None:
    from django.db import connection  # noqa: PLC0415

    from apps.refunds.models import Origin, Refund  # noqa: PLC0415
    from apps.risk.models import PolicyVersion, RiskAssessment  # noqa: PLC0415
    from apps.trials.services.backtest import backtest_advance  # noqa: PLC0415
    from tests.risk.calm import NOON  # noqa: PLC0415
    from tests.risk.platform import DAY, make_platform  # noqa: PLC0415
    from tests.risk.stored import refund_assess  # noqa: PLC0415
    from tests.trials.worlds import LATER, started  # noqa: PLC0415

    def copies(row: Any, **changed: str) -> None:
        columns = [str(field.column) for field in row._meta.concrete_fields]
        values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
        names, table = ", ".join(f'"{column}"' for column in columns), row._meta.db_table
        chosen = f'FROM {table} t, generate_series(1, {count}) i WHERE t."{row._meta.pk.column}" = %s'
        with connection.cursor() as cursor:
            # Names of our own, no input.
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} {chosen}", [row.pk])

    def weighed() -> float:
        backtest = started(PolicyVersion.objects.get(), now=LATER)
        begun = time.perf_counter()
        while backtest_advance(backtest.pk, now=LATER):
            pass
        return count / (time.perf_counter() - begun)

    platform = make_platform()
    refund = platform.refund(platform.order(platform.account(), ago=5 * DAY), ago=400 * DAY)
    order, numbered = refund.order, f"{_FIRST} + i"
    account = f"{_FIRST} + 1 + i / {PER_ACCOUNT}"
    payment = order.payments.get()
    copies(refund.account, id=numbered, external_id="'A' || i")
    copies(payment.instrument, id=numbered, fingerprint="'f' || i")
    at = "timestamptz '2026-11-20' - mod(i, 20) * interval '1 day'"
    copies(order, id=numbered, external_id="'O' || i", account_id=account, placed_at=at)
    copies(order.lines.get(), id=numbered, order_id=numbered)
    copies(payment, id=numbered, order_id=numbered, instrument_id=numbered, paid_at=at)
    told = {"order_id": numbered, "account_id": account, "requested_at": f"{at} + interval '1 hour'"}
    copies(refund, id="'rfd_' || lpad(i::text, 9, '0')", reference="'R' || i", origin="'history'", **told)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _print("told as history, facts gathered", weighed())
    refund_assess(refund, now=NOON)
    Refund.objects.filter(origin=Origin.HISTORY).update(origin=Origin.LIVE)
    assessment = RiskAssessment.objects.get()
    copies(assessment, id=numbered, refund_id="'rfd_' || lpad(i::text, 9, '0')")
    frozen, floor = weighed(), _floor(count)
    _print("submitted, facts frozen", frozen)
    _print("floor: the same rows read, their JSON decoded", floor)
    sys.stdout.write(f"frozen to floor: {frozen / floor:.2f}\n")


def _floor(count: int) -> float:
    from apps.risk.models import RiskAssessment  # noqa: PLC0415

    begun = time.perf_counter()
    for _ in RiskAssessment.objects.values_list("factors", "facts").iterator(chunk_size=500):
        pass
    return count / (time.perf_counter() - begun)


def _print(name: str, rate: float) -> None:
    sys.stdout.write(f"{name}: {rate:,.0f} refunds/s, 100,000 in {100_000 / rate:.0f} s\n")


if __name__ == "__main__":
    sys.exit(main())
