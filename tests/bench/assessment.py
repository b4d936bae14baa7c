"""What weighing a refund adds to its intake, at a million orders: for an ordinary shop, and for a hub.

In process: reading the facts, weighing them by the policy in force, and laying
the result out. A hub is a shop with 200,000 buyers; its refunds come from an
address that all of them, and a device that 50,000 of them share.
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles

from django.db import connection
from django.utils import timezone

from apps.clients.models import ApiClient
from apps.marketplace.models import Order
from apps.refunds.drafts import LineAsked, RefundDraft
from apps.refunds.lifecycle import Status
from apps.refunds.models import ReasonCode, Refund
from apps.refunds.standing import orders_standing
from apps.risk.selectors import refunds_facts
from apps.risk.services.assess import refunds_assess
from apps.risk.services.shops import shops_count_due

REFUNDS = 400
WARMING = 20
REASON = "孩子用我的手机误充了648元，我不知情，请退款"


def measure_assessment() -> None:
    """Print median and p99 of weighing one refund, and of reading its facts alone."""
    with connection.cursor() as cursor:
        cursor.execute(Path(__file__).with_name("hub.sql").read_text(encoding="utf-8"))
    begun = time.perf_counter()
    while shops_count_due(now=timezone.now()):
        pass
    print(f"assessment       counting all shops, the hub among them: {time.perf_counter() - begun:.1f} s")
    client = ApiClient.objects.get(name="bench")
    ordinary = Order.objects.filter(client=client, pk__in=range(1_000, 1_000_000, 997))
    hub = Order.objects.filter(client=client, external_id__startswith="hub-O-", device_id="d-hub")
    _measure("an ordinary shop", client, list(ordinary.order_by("-pk").values_list("pk", flat=True)[:REFUNDS]))
    _measure("a hub", client, list(hub.order_by("pk").values_list("pk", flat=True)[:REFUNDS]))


def _measure(name: str, client: ApiClient, orders: Sequence[int]) -> None:
    drafts = [_draft(client, order) for order in orders]
    weighing = [_seconds(lambda draft=draft: refunds_assess([draft], now=timezone.now())) for draft in drafts]  # type: ignore[misc]  # a default binds the loop's name
    reading = [_seconds(lambda draft=draft: refunds_facts([draft])) for draft in drafts]  # type: ignore[misc]  # as above
    for what, times in (("weighing", weighing[WARMING:]), ("its facts", reading[WARMING:])):
        print(
            f"assessment       {name}, {what}: median {1000 * median(times):.2f} ms,"
            f" p99 {1000 * quantiles(times, n=100)[98]:.1f} ms"
        )


def _draft(client: ApiClient, order_id: int) -> RefundDraft:
    (found,) = orders_standing([order_id]).values()
    order = found.order
    refund = Refund(
        client=client,
        requested_at=timezone.now(),
        amount=order.paid_amount,
        currency=order.currency,
        category="game_currency",
        status=Status.PENDING_REVIEW.value,
        reason_code=ReasonCode.ACCIDENTAL_PURCHASE,
        reason_text=REASON,
        ip="203.0.113.9",
    )
    refund.order, refund.account, refund.shop = order, order.account, order.shop
    return RefundDraft(refund, (), tuple(LineAsked(line, line.amount) for line in found.lines))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
