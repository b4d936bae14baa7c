"""Say whether held, released and recalled money reconciles, and name every row that does not."""

import sys
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from apps.payouts.ledger import MOST_NAMED, ledger_disagreements, ledger_totals


class Command(BaseCommand):
    """Prints totals by currency; exits with 1 when anything disagrees."""

    help = "Check that holds, refunds, decisions, events and the audit log tell the same of all money."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        wrong = 0
        for total in ledger_totals():
            verdict = "agrees" if total.agrees else f"AUDIT LOG SAYS {total.audited}"
            self.stdout.write(
                f"{total.currency} {total.way}: {total.count} holds, {total.amount} minor units, {verdict}"
            )
            wrong += not total.agrees
        named = Counter[str]()
        for found in ledger_disagreements():
            named[found.rule] += 1
            if named[found.rule] <= MOST_NAMED:
                self.stdout.write(f"NOT SO: {found.rule}: {found.name}")
        for rule, count in named.items():
            if count > MOST_NAMED:
                self.stdout.write(f"NOT SO: {rule}: {count - MOST_NAMED} more")
        if wrong or named:
            self.stdout.write("The ledger does not reconcile.")
            sys.exit(1)
        self.stdout.write("The ledger reconciles.")
