"""Measure how common each factor is, at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.clients.models import ApiClient
from apps.risk.services.base_rates import LEAST_ACCOUNTS, base_rates_measure


class Command(BaseCommand):
    """Prints, by factor and rule, in how many of how many accounts it was found."""

    help = "Measure how common each risk factor is among the accounts of clients. The clock does so every day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", metavar="NAME", help="the API client whose accounts are looked at; else all")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["client"]
        clients = list(ApiClient.objects.filter(**({"name": name} if name else {})).order_by("name"))
        if name and not clients:
            raise CommandError(f"There is no API client named {name}. create_api_key makes one.")
        for client in clients:
            self._measure(client)

    def _measure(self, client: ApiClient) -> None:
        found = base_rates_measure(client, now=timezone.now())
        if found is None:
            self.stderr.write(f"{client.name}: not measured; it takes {LEAST_ACCOUNTS} accounts that bought something.")
            return
        self.stdout.write(f"{client.name}: {found.accounts} accounts")
        for key, values in found.observed.items():
            self.stdout.write(f"  {key}: {len(values)}")
