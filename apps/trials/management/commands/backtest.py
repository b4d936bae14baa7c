"""Weigh past refunds with a version of the policy."""

import time
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from apps.clients.models import ApiClient
from apps.common.actors import system
from apps.common.errors import Refusal
from apps.risk.errors import PolicyUnknown
from apps.risk.models import PolicyVersion
from apps.risk.selectors.policies import version_named
from apps.trials.models import Backtest, BacktestStatus
from apps.trials.selectors import backtest_of
from apps.trials.services.backtest import backtest_advance, backtest_start
from apps.trials.tally import tally_from

# How long to wait while another process weighs a chunk of the same backtest.
_WAIT_SECONDS = 0.2


class Command(BaseCommand):
    """Prints the backtest's id and what would change. Interrupted, the console's own tick goes on with it."""

    help = "Weigh the refunds of a past period with a version of the policy, and say what would change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", help="a published number, or the id of any version (pol_…)")
        parser.add_argument("--from", dest="since", required=True, metavar="DATE", help="first day, in UTC")
        parser.add_argument("--to", dest="until", required=True, metavar="DATE", help="the day after the last one")
        parser.add_argument("--client", metavar="NAME", help="only the refunds of this API client")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backtest = backtest_start(
                _version(options["version"]),
                since=_day(options["since"]),
                until=_day(options["until"]),
                client=_client(options["client"]),
                actor=system("backtest"),
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self._tell(_run(backtest))

    def _tell(self, backtest: Backtest) -> None:
        tally = tally_from(backtest.tally)
        self.stdout.write(f"{backtest.pk} {backtest.status}: {tally.weighed} refunds weighed, {tally.failed} failed")
        for move, moved in sorted(tally.outcomes.items()):
            money = ", ".join(f"{amount} {currency}" for currency, amount in sorted(moved.money.items()))
            self.stdout.write(f"  {move.replace('>', ' → ')}: {moved.refunds} ({money})")


def _run(backtest: Backtest) -> Backtest:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Standard output is for the findings.
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(backtest.pk, total=backtest.total)
        while backtest.status == BacktestStatus.RUNNING:
            if not backtest_advance(backtest.pk, now=timezone.now()):
                time.sleep(_WAIT_SECONDS)
            backtest = backtest_of(backtest.pk)
            progress.update(task, completed=backtest.done)
    return backtest


def _version(named: str) -> PolicyVersion:
    try:
        return version_named(named)
    except PolicyUnknown as unknown:
        raise CommandError("There is no such version of the policy.") from unknown


def _client(name: str | None) -> ApiClient | None:
    client = ApiClient.objects.filter(name=name).first() if name else None
    if name and client is None:
        raise CommandError(f"There is no API client named {name}.")
    return client


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise CommandError(f"{text} is no date; write it as 2026-11-22.") from error
