"""Import what happened before, from files of lines."""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from apps.clients.models import ApiClient
from apps.refunds.services.history import history_import
from apps.refunds.services.history_report import HistoryReport

_PIECE = 1 << 18
_STANDARD_INPUT = "-"


class Command(BaseCommand):
    """Prints the counts and the first rejections; ends with 1 only when nothing could be read."""

    help = (
        "Import accounts, shops, orders, transfers and past refunds, one JSON object per line. "
        "Safe to run again: lines that are known already are skipped quickly."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="a file of lines, or - for standard input")
        parser.add_argument("--client", required=True, metavar="NAME", help="name of the API client they belong to")

    def handle(self, *args: Any, **options: Any) -> None:
        client = ApiClient.objects.filter(name=options["client"]).first()
        if client is None:
            raise CommandError(f"There is no API client named {options['client']}. create_api_key makes one.")
        # What is loaded by now stays until the end, so the collector need not look at it again and again.
        gc.freeze()
        were_read = [self._import(name, client) for name in options["files"]]
        if not any(were_read):
            raise CommandError("Nothing could be read.")

    def _import(self, name: str, client: ApiClient) -> bool:
        try:
            with _opened(name) as file, _progress_bar() as progress:
                task = progress.add_task(name, total=_size(file), counts="")
                report = history_import(
                    _pieces(file), client_id=client.pk, now=timezone.now(), on_progress=_advance(progress, task)
                )
        except OSError as error:
            self.stderr.write(f"{name}: {error.strerror or error}")
            return False
        self._tell(name, report)
        return True

    def _tell(self, name: str, report: HistoryReport) -> None:
        counts = f"{report.accepted} accepted, {report.unchanged} unchanged, {report.rejected} rejected"
        self.stdout.write(f"{name}: {counts}")
        for rejection in report.rejections:
            for problem in rejection.problems:
                place = f" {problem.pointer}" if problem.pointer else ""
                self.stdout.write(f"  line {rejection.line}{place}: {problem.detail} [{problem.code}]")
        if report.rejected > len(report.rejections):
            self.stdout.write(f"  … and {report.rejected - len(report.rejections)} more lines")


def _opened(name: str) -> BinaryIO:
    if name == _STANDARD_INPUT:
        return os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    return Path(name).open("rb")


def _size(file: BinaryIO) -> int | None:
    """Return the bytes that are to come, None for a pipe."""
    return os.fstat(file.fileno()).st_size or None


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _progress_bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
        # Standard output is for the counts.
        console=Console(stderr=True),
    )


def _advance(progress: Progress, task: TaskID) -> Callable[[HistoryReport], None]:
    def advance(report: HistoryReport) -> None:
        counts = f"{report.accepted:,} accepted, {report.unchanged:,} unchanged, {report.rejected:,} rejected"
        progress.update(task, completed=report.bytes_read, counts=counts)

    return advance
