"""Searching all that a client told for rings, and writing down what is found."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.clients.models import ApiClient
from apps.common.locks import try_lock
from apps.rings.findings import Finding
from apps.rings.kinds import Kind
from apps.rings.merging import merged
from apps.rings.models import Ring
from apps.rings.selectors.money import hops_by_currency
from apps.rings.services.keep import Kept, rings_keep
from apps.rings.services.search_links import blocks_of, dealings_of, groups_of
from apps.rings.services.search_money import MONEY_KINDS, Searched, money_in

# Top 16 bits of the advisory locks taken here; other kinds of locks have others.
SEARCHING_LOCKS = 0x5247

# Tells what is searched for now.
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
    """Search what a client told of since a moment; None while another process searches it.

    A ring that is found again is the same row. One that a supervisor dismissed
    stays dismissed.
    """
    with transaction.atomic():
        if not try_lock(SEARCHING_LOCKS << 48 | client.pk):
            return None
        searched = _searched(client, kinds, since, on_progress)
        rings, kept = rings_keep(client, merged(searched.findings), now=now)
    return Report(rings, kept, searched.is_whole)


def _searched(client: ApiClient, kinds: Collection[Kind], since: datetime, on_progress: Progress) -> Searched:
    findings: list[Finding] = []
    is_whole = True
    if MONEY_KINDS & set(kinds):
        on_progress("money that moves")
        for currency, hops in hops_by_currency(client, since=since).items():
            found = money_in(hops, currency, kinds)
            findings += found.findings
            is_whole = is_whole and found.is_whole
    for kind, search in [
        (Kind.SHARED_IDENTITY, groups_of),
        (Kind.DENSE_BLOCK, blocks_of),
        (Kind.SELF_DEALING, dealings_of),
    ]:
        if kind in kinds:
            on_progress(kind.replace("_", " "))
            findings += search(client, since=since)
    return Searched(findings, is_whole)
