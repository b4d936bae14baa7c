"""Make a person who can sign in."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.common.errors import Refusal
from apps.staff.models import Role
from apps.staff.services import person_create


class Command(BaseCommand):
    """Reads the password from standard input, so that no process list shows it."""

    help = "Make a person who can sign in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--display-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--password-stdin", action="store_true", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = person_create(
                username=options["username"],
                password=sys.stdin.readline().rstrip("\n"),
                role=options["role"],
                display_name=options["display_name"],
                email=options["email"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(f"{person.username} can sign in as {person.role}.")
