"""What happened before, streamed in: any number of lines, taken in chunk by chunk."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import DatabaseError, transaction

from apps.common.collector import collect_young, collector_paused, collector_resumed
from apps.common.errors import Refusal
from apps.common.records import FieldProblem
from apps.marketplace.services.absorb import absorb
from apps.marketplace.services.outcomes import Absorbed, Outcome
from apps.refunds.services.history_chunk import Chunk, chunk_read
from apps.refunds.services.history_lines import Line, Reason, lines_of, problems_of_line
from apps.refunds.services.history_refunds import past_refunds_absorb
from apps.refunds.services.history_report import HistoryReport, Rejection
from apps.refunds.services.promises import orders_promised, updated_orders

# A chunk is one transaction. Larger ones are hardly faster, hold more memory, and keep their locks for longer.
CHUNK_LINES = 2_000
CHUNK_BYTES = 3_000_000
# Deadlock, serialization failure, and a unique value that another transaction took first: right the next time.
_PASSING_STATES = frozenset({"40P01", "40001", "23505"})
_ATTEMPTS = 3
_CHUNKS_BETWEEN_COLLECTIONS = 5


def history_import(
    body: Iterable[bytes],
    *,
    client_id: int,
    now: datetime,
    on_progress: Callable[[HistoryReport], None] | None = None,
) -> HistoryReport:
    """Take in a body of lines, one JSON object each, that comes in pieces of any size.

    A line that cannot be taken is reported and skipped, and spoils no other.
    Lines are idempotent: one that says what is known already is `unchanged`,
    so an import that was cut off is simply run again. Call outside a
    transaction: each chunk is one. While one chunk is committed, which is when
    the database checks what the rows refer to, the next is read, by a thread
    that does not touch the database.
    """
    report = HistoryReport()
    importing = _Importing(report, client_id, now, on_progress)
    chunk = Chunk()
    with collector_paused, ThreadPoolExecutor(1, "history-reader") as reader:
        for count, lines in enumerate(_chunks(lines_of(_counted(body, report)))):
            chunk = importing.take_in(chunk, partial(reader.submit, chunk_read, lines)).result()
            if count % _CHUNKS_BETWEEN_COLLECTIONS == 0:
                collect_young()
        importing.take_in(chunk, Future)
    return report


def _counted(body: Iterable[bytes], report: HistoryReport) -> Iterator[bytes]:
    pieces = iter(body)
    while True:
        # The next piece may be long in coming.
        with collector_resumed:
            piece = next(pieces, None)
        if piece is None:
            return
        report.bytes_read += len(piece)
        yield piece


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line.text or b"")
        if len(chunk) >= CHUNK_LINES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@dataclass(frozen=True)
class _Importing:
    """An import that is under way."""

    report: HistoryReport
    client_id: int
    now: datetime
    on_progress: Callable[[HistoryReport], None] | None

    def take_in(self, chunk: Chunk, meanwhile: Callable[[], Future[Chunk]]) -> Future[Chunk]:
        """Store and count a chunk; return what `meanwhile` began just before it was committed."""
        if chunk.is_empty:
            return meanwhile()
        (absorbed, refunds), begun = self._stored(chunk, meanwhile)
        for outcomes in (
            absorbed.account_outcomes[: len(chunk.accounts.numbers)],
            absorbed.shop_outcomes[: len(chunk.shops.numbers)],
            absorbed.order_outcomes[: len(chunk.orders.numbers)],
            absorbed.transfer_outcomes,
            [outcome for outcome in refunds if not isinstance(outcome, Refusal)],
        ):
            unchanged = outcomes.count(Outcome.UNCHANGED)
            self.report.unchanged += unchanged
            self.report.accepted += len(outcomes) - unchanged
        _reject(chunk, refunds, self.report)
        if self.on_progress is not None:
            self.on_progress(self.report)
        return begun

    def _stored(
        self, chunk: Chunk, meanwhile: Callable[[], Future[Chunk]]
    ) -> tuple[tuple[Absorbed, list[Outcome | Refusal]], Future[Chunk]]:
        """Store a chunk in one transaction, again when another transaction came between."""
        begun: Future[Chunk] | None = None
        attempt = 1
        while True:
            try:
                with transaction.atomic():
                    stored = _store(chunk, self.client_id, self.now)
                    begun = begun or meanwhile()
            except _OrdersPromised as found:
                chunk.refuse_orders(found.refusals)
            except DatabaseError as error:
                if attempt == _ATTEMPTS or getattr(error.__cause__, "sqlstate", None) not in _PASSING_STATES:
                    raise
                attempt += 1
            else:
                return stored, begun


class _OrdersPromised(Exception):
    """Lines correct orders to less than is approved of them; what was stored with them has to be undone."""

    def __init__(self, refusals: Mapping[str, Refusal]) -> None:
        super().__init__(refusals)
        self.refusals = refusals


def _store(chunk: Chunk, client_id: int, now: datetime) -> tuple[Absorbed, list[Outcome | Refusal]]:
    """Raises _OrdersPromised."""
    refunds = chunk.refunds.records
    orders = [*chunk.orders.records, *(one.sent_order for one in refunds if one.sent_order)]
    absorbed = absorb(
        client_id=client_id,
        # What refund lines carry along comes last, so that it does not disturb the counting.
        accounts=[
            *chunk.accounts.records,
            *(one.account for one in refunds if one.account and not one.account.is_bare),
        ],
        shops=[*chunk.shops.records, *(one.shop for one in refunds if one.shop and not one.shop.is_bare)],
        orders=orders,
        instruments=[one.destination for one in refunds if one.destination],
        transfers=chunk.transfers.records,
        lock_orders={one.order.id for one in refunds},
        now=now,
    )
    promised = orders_promised(updated_orders((order.id for order in orders), absorbed))
    if promised:
        raise _OrdersPromised(promised)
    return absorbed, past_refunds_absorb(refunds, client_id=client_id, absorbed=absorbed, now=now)


def _reject(chunk: Chunk, refunds: Sequence[Outcome | Refusal], report: HistoryReport) -> None:
    refusals = [
        (number, outcome)
        for number, outcome in zip(chunk.refunds.numbers, refunds, strict=True)
        if isinstance(outcome, Refusal)
    ]
    rejected: list[tuple[int, Reason | Refusal]] = sorted([*chunk.refused, *refusals], key=lambda one: one[0])
    report.rejected += len(rejected)
    for number, reason in rejected[: report.listed_more]:
        problems = [_problem(reason)] if isinstance(reason, Refusal) else problems_of_line(reason)
        report.rejections.append(Rejection(number, problems))


def _problem(refusal: Refusal) -> FieldProblem:
    return FieldProblem(refusal.pointer or "", refusal.code, refusal.detail)
