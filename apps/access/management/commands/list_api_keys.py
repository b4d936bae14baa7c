"""List API keys: whose they are, what for, and whether they still open anything."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.access.selectors import client_named, clients_with_keys
from apps.clients.models import ApiClient, ApiKey
from apps.common.errors import Refusal

_HEAD = ("id", "key", "client", "state", "label", "scopes", "networks", "created", "by", "last used", "expires")


class Command(BaseCommand):
    """Prints one line for each key, fields separated by tabs, the names of the fields first."""

    help = "List the API keys, ended ones for 90 days; tab-separated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", help="only the keys of this client")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            client_id = client_named(options["client"]).pk if options["client"] is not None else None
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write("\t".join(_HEAD))
        for found in clients_with_keys(now=now, client_id=client_id):
            for key in found.keys:
                self.stdout.write("\t".join(_line(key, found.client, now)))


def _line(key: ApiKey, client: ApiClient, now: datetime) -> list[str]:
    return [
        str(key.pk),
        key.beginning,
        client.name,
        _state(key, client, now),
        key.label or "-",
        ",".join(key.scopes),
        ",".join(key.networks) or "-",
        _written(key.created_at),
        key.created_by or "-",
        _written(key.last_used_at),
        _written(key.expires_at),
    ]


def _state(key: ApiKey, client: ApiClient, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if not key.is_valid(now):
        return "expired"
    return "valid" if client.is_active else "client switched off"


def _written(moment: datetime | None) -> str:
    return "-" if moment is None else moment.isoformat(timespec="seconds")
