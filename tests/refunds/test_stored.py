from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from apps.refunds.models import Refund
from apps.refunds.stored import stored_drafts
from apps.risk.models import RiskOutcome
from tests.support.factories import NOON, Goods, make_client, make_order, submit

pytestmark = pytest.mark.django_db


def test_lays_refunds_out_as_they_came_in_in_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = make_client()
    order, other = make_order(client, Goods(3000), Goods(2000)), make_order(client, Goods(700))
    of_lines = submit(
        order, RiskOutcome.REVIEW, amount=2500, lines=[{"id": "2", "amount": 500}, {"id": "1", "amount": 2000}]
    )
    whole = submit(other, RiskOutcome.REVIEW)
    stored = [Refund.objects.get(pk=whole.pk), Refund.objects.get(pk=of_lines.pk)]
    with django_assert_num_queries(2):
        first, second = stored_drafts(stored)
        assert (first.refund.order.external_id, first.refund.account.external_id, first.refund.shop.external_id) == (
            other.external_id,
            other.account.external_id,
            other.shop.external_id,
        )
    assert (first.refund.pk, second.refund.pk) == (whole.pk, of_lines.pk)
    assert (first.named, [(part.line.id, part.amount) for part in first.concerned]) == ((), [("1", 700)])
    assert [(part.line.id, part.amount) for part in second.named] == [("1", 2000), ("2", 500)]
    assert second.concerned == second.named


def test_keeps_the_moment_that_the_caller_chose() -> None:
    refund = submit(make_order(make_client(), Goods(700)), RiskOutcome.REVIEW)
    refund.requested_at = NOON + timedelta(days=3)
    (draft,) = stored_drafts([refund])
    assert draft.refund.requested_at == NOON + timedelta(days=3)


def test_answers_nothing_for_nothing() -> None:
    assert stored_drafts([]) == []
