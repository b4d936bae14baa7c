"""The command: refused by name, and saying what would change."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from apps.trials.models import Backtest
from tests.risk.platform import make_platform
from tests.trials.worlds import strictest, submitted, told

pytestmark = pytest.mark.django_db

PERIOD = ["--from", "2020-01-01", "--to", "2999-01-01"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["pol_none", *PERIOD], "no such version"),
        (["1", *PERIOD, "--client", "Nobody"], "no API client named Nobody"),
        (["1", "--from", "soon", "--to", "2026-11-22"], "soon is no date"),
        (["1", *PERIOD], "No refund was requested"),
    ],
)
def test_refuses_what_it_does_not_know(asked: list[str], said: str) -> None:
    with translation.override("en"), pytest.raises(CommandError, match=said):
        call_command("backtest", *asked)
    assert not Backtest.objects.exists()


def test_prints_what_would_change() -> None:
    platform = make_platform()
    submitted(platform)
    told(platform)
    written = StringIO()
    call_command("backtest", strictest().pk, *PERIOD, "--client", platform.client.name, stdout=written)
    backtest = Backtest.objects.get()
    assert written.getvalue() == (
        f"{backtest.pk} finished: 2 refunds weighed, 0 failed\n  clear → review: 2 (20000 CNY)\n"
    )
