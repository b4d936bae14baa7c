"""Write a version of the policy as YAML."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.risk.errors import PolicyUnknown
from apps.risk.policy import Policy, policy_from
from apps.risk.policy.text import policy_text
from apps.risk.selectors.policies import policy_in_force, version_named


class Command(BaseCommand):
    """Writes to standard output, or to a file."""

    help = "Write a version of the policy as YAML: the one in force, or the one that is named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("version", nargs="?", help="a published number, or the id of any version (pol_…)")
        parser.add_argument("--output", metavar="FILE", type=Path, help="where to; else standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = policy_text(_policy(options["version"]))
        except PolicyUnknown as unknown:
            raise CommandError("There is no such version of the policy.") from unknown
        if options["output"] is None:
            sys.stdout.write(text)
            return
        try:
            options["output"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{options['output']}: {error.strerror or error}") from error


def _policy(named: str | None) -> Policy:
    return policy_in_force().policy if named is None else policy_from(version_named(named).document)
