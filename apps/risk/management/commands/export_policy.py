"""Write a version of the policy as YAML."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.risk.models import PolicyStatus, PolicyVersion
from apps.risk.policy import policy_from
from apps.risk.policy.text import policy_text


class Command(BaseCommand):
    """Writes to standard output, or to a file."""

    help = "Write a version of the policy as YAML: the one in force, or the one that is named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", nargs="?", help="a published number, or the id of any version (pol_…)")
        parser.add_argument("--output", metavar="FILE", type=Path, help="where to; else standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        version = _found(options["version"])
        if version is None:
            raise CommandError("There is no such version of the policy.")
        text = policy_text(policy_from(version.document))
        if options["output"] is None:
            sys.stdout.write(text)
            return
        try:
            options["output"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror or error}") from error


def _found(named: str | None) -> PolicyVersion | None:
    versions = PolicyVersion.objects.order_by("-number")
    if named is None:
        return versions.filter(status=PolicyStatus.PUBLISHED).first()
    if named.isdecimal():
        return versions.filter(number=int(named)).first() if len(named) < 10 else None
    return versions.filter(pk=named).first()
