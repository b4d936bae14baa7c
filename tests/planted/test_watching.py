"""A tiny world through the whole pipeline."""

import pytest

from tests.measure.tables import tables
from tests.measure.tallies import figures_of
from tests.measure.watching import watch
from tests.planted.calendar import LIVE
from tests.planted.generate import world_of

pytestmark = pytest.mark.django_db


def test_takes_a_world_in_and_counts_what_became_of_it() -> None:
    world = world_of(7, 60)

    seen = watch(world, 7, days=3)

    expected = {ask.reference for ask in world.asks if 0 <= (ask.at - LIVE).days < 3}
    assert {refund.reference for refund in seen.refunds} == expected
    assert {refund.outcome for refund in seen.refunds} <= {"clear", "hold", "review"}
    figures = figures_of([seen])
    assert sum(row["refunds"] for row in figures["planted"] if row["name"].startswith(" ")) == sum(
        refund.truth.is_planted for refund in seen.refunds
    )
    assert any("review" in line for line in tables(figures))
