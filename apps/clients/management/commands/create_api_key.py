"""Make an API key, and its client when it is new."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.clients.services import api_key_create
from apps.common.errors import Refusal


class Command(BaseCommand):
    """Prints the key, and nothing else, on standard output."""

    help = "Make an API key; prints the key and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", required=True, help="name of the API client; made when it is new")
        parser.add_argument("--scopes", default="all", help="all, or scopes separated by commas")
        parser.add_argument("--label", default="", help="what the key is for")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = api_key_create(
                client_name=options["client"],
                scopes=[scope.strip() for scope in options["scopes"].split(",")],
                label=options["label"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(key)
