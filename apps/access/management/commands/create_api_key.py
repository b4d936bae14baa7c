"""Make an API key, and its client when it is new."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from apps.access.services.keys import KeyWish, key_create_for
from apps.common.actors import system
from apps.common.errors import Refusal


class Command(BaseCommand):
    """Prints the key, and nothing else, on standard output."""

    help = "Make an API key; prints the key and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", required=True, help="name of the API client; made when it is new")
        parser.add_argument("--scopes", default="all", help="all, or scopes separated by commas")
        parser.add_argument("--label", default="", help="what the key is for")
        parser.add_argument(
            "--expires",
            metavar="TIME",
            help="when it expires: 2027-01-31, or 2027-01-31T18:00+08:00 (UTC without offset)",
        )
        parser.add_argument(
            "--network",
            action="append",
            default=[],
            metavar="CIDR",
            help="accept the key from this network alone; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wish = KeyWish(
            scopes=[scope.strip() for scope in options["scopes"].split(",") if scope.strip()],
            label=options["label"],
            networks=options["network"],
            expires_at=_moment(options["expires"]) if options["expires"] is not None else None,
        )
        try:
            key = key_create_for(options["client"], wish, actor=system("command line"), now=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(key)


def _moment(text: str) -> datetime:
    """Read a date, whose end counts, or a date with a time."""
    try:
        moment = parse_datetime(text) if "T" in text or " " in text else None
        day = parse_date(text) if moment is None else None
    except ValueError:
        moment = day = None
    if day is not None:
        moment = datetime(day.year, day.month, day.day, 23, 59, 59)  # noqa: DTZ001 (made aware below)
    if moment is None:
        raise CommandError(
            f"--expires {text}: neither a date (2027-01-31) nor a date with a time (2027-01-31T18:00+08:00)"
        )
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
