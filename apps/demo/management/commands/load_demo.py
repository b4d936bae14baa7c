"""Load the demo world once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.demo.loading import Found, load
from reviewconsole.settings.environment import DATA_DIR


class Command(BaseCommand):
    """Does nothing where the world, or anybody's work, is there already."""

    help = "Load the demo world: a mall, its buyers, three rings, and the work of five people. Does nothing twice."

    def handle(self, *args: Any, **options: Any) -> None:
        found = load(now=timezone.now(), sign_ins=DATA_DIR / "demo.json")
        if found is Found.OTHER_PEOPLE:
            self.stdout.write(_("People work here already, so the demo world is not loaded."))
