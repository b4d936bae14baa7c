"""Searching all that a client told for rings, and writing down what is found."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from apps.clients.models import ApiClient
from apps.rings.chance import raised_by_surprise
from apps.rings.cycles import find_cycles
from apps.rings.findings import Finding
from apps.rings.hops import Hop, OneWay, one_way
from apps.rings.kinds import Kind
from apps.rings.models import Ring
from apps.rings.selectors import hops_by_currency
from apps.rings.services.keep import Kept, rings_keep

# Top 16 bits of the advisory locks taken here; other kinds of locks have others.
SEARCHING_LOCKS = 0x5247

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What a search raised: the rings in the order of their score; `is_whole`: nothing was left unsearched."""

    rings: list[Ring]
    kept: Kept
    is_whole: bool


def rings_detect(
    client: ApiClient,
    *,
    kinds: Collection[Kind],
    since: datetime,
    now: datetime,
    on_progress: Progress = lambda _: None,
) -> Report | None:
    """Search a client's movements since a moment; None while another process searches them.

    A ring that is found again is the same row. One that a supervisor dismissed
    stays dismissed.
    """
    with transaction.atomic():
        if not _is_first(client):
            return None
        findings, is_whole = _findings(client, kinds, since, on_progress)
        rings, kept = rings_keep(client, findings, now=now)
    return Report(rings, kept, is_whole)


def _is_first(client: ApiClient) -> bool:
    """Take the client's lock until the transaction ends, unless somebody has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEARCHING_LOCKS << 48 | client.pk])
        return bool(cursor.fetchone()[0])


def _findings(
    client: ApiClient, kinds: Collection[Kind], since: datetime, on_progress: Progress
) -> tuple[list[Finding], bool]:
    findings: list[Finding] = []
    is_whole = True
    if Kind.CYCLE in kinds:
        on_progress("money cycles")
        for currency, hops in hops_by_currency(client, since=since).items():
            found, whole = cycles_in(hops, currency)
            findings += found
            is_whole = is_whole and whole
    return findings, is_whole


def cycles_in(hops: Sequence[Hop], currency: str) -> tuple[list[Finding], bool]:
    """Return the money cycles that chance does not explain, and whether the search came to its end."""
    passing = one_way(hops)
    search = find_cycles(passing)
    chances = raised_by_surprise([found.surprise for found in search.found], _surprises, passing)
    return [
        Finding(Kind.CYCLE, frozenset(found.members), found.hops, currency, chance, found.rounds)
        for found, chance in zip(search.found, chances, strict=False)
    ], search.is_whole


def _surprises(decoy: OneWay) -> list[float]:
    return [found.surprise for found in find_cycles(decoy).found]
