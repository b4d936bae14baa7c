"""Refunds a second, one by one and in batches, on top of a million orders."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from statistics import median
from typing import Any

from tests.bench import load, trade

ROUNDS, PER_ROUND, BATCHES, BATCH = 5, 400, 4, 1_000
# What tests/bench/million.sql lays down.
OLD_ORDERS, OLD_ACCOUNTS, OLD_SHOPS = 1_000_000, 100_000, 1_000
OLD_TIMES = datetime.fromisoformat("2024-01-01T00:00:00+00:00")


def measure_intake(address: str, key: str) -> None:
    """Print refunds a second beside a view that inserts one row: same server, same database, turn by turn."""
    known, whole = _known_orders(), _whole_orders()
    kinds: dict[str, Callable[[], load.Load]] = {
        "floor": lambda: load.run(address, (load.Asked("/floor", body, {}) for body in whole), count=PER_ROUND),
        "known": lambda: load.run(address, (_single(key, body) for body in known), count=PER_ROUND),
        "whole": lambda: load.run(address, (_single(key, body) for body in whole), count=PER_ROUND),
        "batch": lambda: load.run(address, _batches(key, known), count=BATCHES, expected=200),
        "whole batch": lambda: load.run(address, _batches(key, whole), count=BATCHES, expected=200),
    }
    done: dict[str, list[load.Load]] = {kind: [] for kind in kinds}
    for warms_up in (True, *[False] * ROUNDS):
        for kind, run in kinds.items():
            one = run()
            if not warms_up:
                done[kind].append(one)
    _print_singles(done)
    _print_batches(done)


def _print_singles(done: dict[str, list[load.Load]]) -> None:
    for kind, words in (
        ("floor", "one row, no authentication"),
        ("known", "refund of an order sent before"),
        ("whole", "refund with its order, account, shop"),
    ):
        rate = median(one.rate for one in done[kind])
        ratio = median(one.rate / floor.rate for one, floor in zip(done[kind], done["floor"], strict=True))
        tail = median(one.percentile(99) for one in done[kind])
        print(f"intake           {words:<38} {rate:7.0f}/s  ratio {ratio:.2f}  p99 {tail:.0f} ms")


def _print_batches(done: dict[str, list[load.Load]]) -> None:
    for kind, single, words in (
        ("batch", "known", f"{BATCH} of orders sent before"),
        ("whole batch", "whole", f"{BATCH} with their orders"),
    ):
        rate = BATCH * median(one.rate for one in done[kind])
        times = median(BATCH * one.rate / alone.rate for one, alone in zip(done[kind], done[single], strict=True))
        print(f"batch            {words:<38} {rate:7.0f}/s  {times:.1f} times one by one")


def _single(key: str, body: dict[str, Any]) -> load.Asked:
    return load.Asked("/api/v1/refunds", body, _headers(key, body["reference"]))


def _batches(key: str, bodies: Iterator[dict[str, Any]]) -> Iterator[load.Asked]:
    while True:
        refunds = list(islice(bodies, BATCH))
        yield load.Asked("/api/v1/refunds/batch", {"refunds": refunds}, _headers(key, refunds[0]["reference"]))


def _headers(key: str, idempotency_key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Idempotency-Key": f'"{idempotency_key}"'}


def _known_orders() -> Iterator[dict[str, Any]]:
    """Yield refunds of old orders, each of another one, all over the table."""
    for number in random.Random(1).sample(range(1, OLD_ORDERS + 1), OLD_ORDERS // 4):
        buyer = 1 + number * 7919 % OLD_ACCOUNTS
        yield {
            "reference": f"K-{number}",
            "requested_at": (OLD_TIMES + timedelta(minutes=number, hours=30)).isoformat(),
            "amount": 64800,
            "currency": "CNY",
            "reason": {"code": "accidental_purchase", "text": "孩子误操作"},
            "channel": "app",
            "order": {"id": f"old-O-{number}"},
            "lines": [{"id": "1", "amount": 64800}],
            "account": {"id": f"old-A-{buyer}"},
            "shop": {"id": f"old-S-{1 + number * 31 % OLD_SHOPS}"},
            "destination": {
                "type": "bank_card",
                "fingerprint": f"old-card-{buyer}",
                "holder_account_id": f"old-A-{buyer}",
            },
            "context": {"ip": "203.0.113.7", "device_id": "d-55"},
        }


def _whole_orders() -> Iterator[dict[str, Any]]:
    """Yield refunds that bring orders which nobody named before."""
    chance = random.Random(2)
    for number in count():
        yield trade.refund(f"W-{number}", trade.order(number, chance, accounts=4_000, shops=40))
