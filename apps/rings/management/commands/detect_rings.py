"""Search everything that was imported for rings."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from apps.clients.models import ApiClient
from apps.rings.documents import ring_document
from apps.rings.kinds import Kind
from apps.rings.models import Ring
from apps.rings.services.detect import rings_detect

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_STANDARD_OUTPUT = "-"


class Command(BaseCommand):
    """Prints how many rings stand by client and kind; `--export` writes one ring a line."""

    help = "Search what clients told for rings, keep what is found, and write it out. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", metavar="NAME", help="the API client whose data are searched; else all")
        parser.add_argument("--since", metavar="DATE", type=date.fromisoformat, help="leave out what moved before")
        parser.add_argument(
            "--kind", action="append", choices=[kind.value for kind in Kind], help="search for this kind alone"
        )
        parser.add_argument(
            "--export", metavar="FILE", help="where one JSON object a ring is written; - for standard output"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kinds = [Kind(kind) for kind in options["kind"] or Kind]
        since = datetime.combine(options["since"], time(), UTC) if options["since"] else _BEGINNING
        clients = self._clients(options["client"])
        rings: list[Ring] = []
        with _progress() as progress:
            task = progress.add_task("")
            for client in clients:
                report = rings_detect(
                    client,
                    kinds=kinds,
                    since=since,
                    now=timezone.now(),
                    on_progress=lambda what, name=client.name: progress.update(task, description=f"{name}: {what}"),  # type: ignore[misc]  # a default binds the loop's name
                )
                if report is None:
                    raise CommandError(f"Another process searches the data of {client.name}.")
                if not report.is_whole:
                    self.stderr.write(f"{client.name}: too many paths; not all of them were searched.")
                rings += report.rings
        self._export(rings, options["export"])
        self._tell(rings, clients, kinds, options["export"])

    def _clients(self, name: str | None) -> list[ApiClient]:
        clients = list(ApiClient.objects.filter(**({"name": name} if name else {})).order_by("name"))
        if name and not clients:
            raise CommandError(f"There is no API client named {name}. create_api_key makes one.")
        return clients

    def _export(self, rings: list[Ring], target: str | None) -> None:
        if target is None:
            return
        try:
            with _opened(target) as file:
                for ring in rings:
                    file.write(json.dumps(ring_document(ring), ensure_ascii=False) + "\n")
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror or error}") from error

    def _tell(self, rings: list[Ring], clients: list[ApiClient], kinds: list[Kind], target: str | None) -> None:
        # Standard output is for the rings when they go there.
        out = self.stderr if target == _STANDARD_OUTPUT else self.stdout
        for client in clients:
            of_client = [ring for ring in rings if ring.client_id == client.pk]
            counts = ", ".join(f"{sum(ring.kind == kind for ring in of_client)} {kind}" for kind in kinds)
            out.write(f"{client.name}: {counts}")


@contextmanager
def _opened(target: str) -> Iterator[TextIO]:
    if target == _STANDARD_OUTPUT:
        yield sys.stdout
    else:
        with Path(target).open("w", encoding="utf-8") as file:
            yield file


def _progress() -> Progress:
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)
