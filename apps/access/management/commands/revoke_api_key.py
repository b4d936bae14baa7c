"""Revoke an API key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.access.selectors import key_named
from apps.access.services.keys import key_revoke
from apps.common.actors import system
from apps.common.errors import Refusal


class Command(BaseCommand):
    """Takes the key out of use at once and for ever."""

    help = "Revoke an API key, named by its id or its first characters (rck_0123abcd…)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", help="id or first characters, as list_api_keys prints them")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = key_revoke(key_named(options["key"]).pk, actor=system("command line"), now=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(f"{key} of {key.client.name} is revoked.")
