"""Measuring how common each factor is among all accounts of a client."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import OuterRef, Q, Subquery

from apps.clients.models import ApiClient
from apps.common.locks import try_lock
from apps.refunds.categories import speaking_category
from apps.refunds.drafts import LineAsked, RefundDraft
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.refunds.standing import StandingOrder, orders_standing
from apps.refunds.stored import stored_drafts
from apps.risk.commonness import OF_A_REFUND, observed_by
from apps.risk.factors import Factor, factors_of
from apps.risk.models import BaseRates
from apps.risk.policy import Policy
from apps.risk.selectors import refunds_facts
from apps.risk.selectors.policies import policy_in_force

SAMPLE = 2000
# Of fewer accounts nothing is said: one in twenty is no rate.
LEAST_ACCOUNTS = 100
EVERY = timedelta(days=1)
_BATCH = 250
# Top 16 bits of the advisory locks taken here; other kinds of locks have others.
MEASURING_LOCKS = 0x4252

# Reads every account of the client once, which is why this is no part of intake.
_SAMPLE = """
SELECT refund.id, bought.id
FROM (
    SELECT id FROM marketplace_account WHERE client_id = %(client)s ORDER BY md5(id::text || %(seed)s) LIMIT %(sample)s
) a
JOIN LATERAL (
    SELECT id FROM marketplace_order WHERE account_id = a.id ORDER BY placed_at DESC, id DESC LIMIT 1
) bought ON true
LEFT JOIN LATERAL (
    SELECT id FROM refunds_refund WHERE account_id = a.id ORDER BY requested_at DESC, id DESC LIMIT 1
) refund ON true
"""


def base_rates_measure_due(*, now: datetime) -> int:
    """Measure the clients whose newest measurement is a day old; returns how many were measured."""
    newest = BaseRates.objects.filter(client=OuterRef("pk")).order_by("-pk").values("measured_at")[:1]
    due = (
        ApiClient.objects.filter(is_active=True)
        .annotate(measured_at=Subquery(newest))
        .filter(Q(measured_at=None) | Q(measured_at__lte=now - EVERY))
    )
    return sum(base_rates_measure(client, now=now) is not None for client in due.order_by("pk"))


def base_rates_measure(client: ApiClient, *, now: datetime) -> BaseRates | None:
    """Weigh a sample of the client's accounts by the policy in force, and keep what they show.

    Of an account that asked for refunds the newest is weighed; of one that did
    not, its newest order as if it were asked back, without the factors that
    speak of a refund. None when too few accounts bought anything, or while
    another process measures the same client.
    """
    with transaction.atomic():
        if not try_lock(MEASURING_LOCKS << 48 | client.pk):
            return None
        refund_ids, order_ids = _sampled(client, seed=f"{now:%Y%m%d}")
        accounts = len(refund_ids) + len(order_ids)
        if accounts < LEAST_ACCOUNTS:
            return None
        in_force = policy_in_force()
        return BaseRates.objects.create(
            client=client,
            policy_version=in_force.number,
            accounts=accounts,
            observed=observed_by(_shown(client, refund_ids, order_ids, in_force.policy)),
            measured_at=now,
        )


def _sampled(client: ApiClient, seed: str) -> tuple[list[str], list[int]]:
    """Return the newest refunds of the accounts that have one, and the newest orders of the others."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, {"client": client.pk, "seed": seed, "sample": SAMPLE})
        rows = cursor.fetchall()
    return [refund for refund, _ in rows if refund is not None], [order for refund, order in rows if refund is None]


def _shown(
    client: ApiClient, refund_ids: Sequence[str], order_ids: Sequence[int], policy: Policy
) -> Iterator[list[Factor]]:
    for start in range(0, len(refund_ids), _BATCH):
        refunds = list(Refund.objects.filter(pk__in=refund_ids[start : start + _BATCH]).order_by("pk"))
        yield from _weighed(stored_drafts(refunds), policy)
    for start in range(0, len(order_ids), _BATCH):
        standing = orders_standing(order_ids[start : start + _BATCH])
        for factors in _weighed([_imagined(client, found) for found in standing.values()], policy):
            yield [factor for factor in factors if factor.code not in OF_A_REFUND]


def _weighed(drafts: Sequence[RefundDraft], policy: Policy) -> list[list[Factor]]:
    return [factors_of(facts, policy) for facts in refunds_facts(drafts)]


def _imagined(client: ApiClient, found: StandingOrder) -> RefundDraft:
    """Return a refund of the whole order as if it were asked for at once, to see what else the account shows."""
    order = found.order
    refund = Refund(
        client=client,
        requested_at=order.placed_at,
        amount=order.paid_amount,
        currency=order.currency,
        category=speaking_category({line.category for line in found.lines}),
        status=Status.PENDING_REVIEW.value,
    )
    refund.order, refund.account, refund.shop = order, order.account, order.shop
    return RefundDraft(refund, (), tuple(LineAsked(line, line.amount) for line in found.lines))
