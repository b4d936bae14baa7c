"""Read a policy from YAML, as a draft of a person."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from apps.common.actors import Actor, ActorKind
from apps.risk.errors import PolicyFlawed
from apps.risk.flaws import policy_read
from apps.risk.services.policies import policy_draft
from apps.staff.models import Person


class Command(BaseCommand):
    """Prints the id of the draft and nothing else on standard output. Publishing takes two people, in the console."""

    help = "Check a policy in YAML and keep it as a draft of a supervisor, who can propose it in the console."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--author", required=True, metavar="USERNAME", help="whose draft it is")
        parser.add_argument("--reason", default="", help="why the policy is to change")
        parser.add_argument("--check", action="store_true", help="only say what is wrong; keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        author = Person.objects.filter(username=options["author"], is_active=True).first()
        if author is None or not author.is_supervisor:
            raise CommandError(f"{options['author']} is not a supervisor. create_staff makes one.")
        try:
            # As all that commands say, whatever language is active.
            with translation.override(settings.LANGUAGE_CODE):
                policy = policy_read(options["file"].read_text(encoding="utf-8"))
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['file']}: not UTF-8 at byte {error.start}") from error
        except PolicyFlawed as flawed:
            lines = [f"{options['file']}:{flaw.line}: {flaw.path}: {flaw.detail}" for flaw in flawed.flaws]
            raise CommandError("\n".join(lines)) from flawed
        if options["check"]:
            return
        actor = Actor(ActorKind.PERSON, str(author), person_id=author.pk)
        version = policy_draft(policy, reason=options["reason"], based_on=None, actor=actor, now=timezone.now())
        self.stdout.write(version.pk)
