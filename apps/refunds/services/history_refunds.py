"""Refunds of the past, many at once: stored as settled, without case, event or hold."""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from apps.common.errors import Refusal
from apps.common.identifiers import new_identifier
from apps.common.instants import written_instant
from apps.common.staging import Shape, Value, listed, stage, stamp
from apps.marketplace.records import ContextRecord
from apps.marketplace.services.instruments import instrument_key
from apps.marketplace.services.outcomes import Absorbed, Outcome
from apps.refunds.categories import speaking_category
from apps.refunds.errors import ReferenceUsed
from apps.refunds.lifecycle import Status
from apps.refunds.models import Origin
from apps.refunds.records import PastOutcome, PastRefundRecord
from apps.refunds.services.history_checks import check_past_refund, lines_asked
from apps.refunds.services.history_facts import LineFacts, OrderFacts, Present, order_facts, refunds_present

_STATUS = {PastOutcome.PAID: Status.PAID, PastOutcome.DENIED: Status.DENIED}
_DECIDED = {PastOutcome.PAID: "approve", PastOutcome.DENIED: "deny"}

# What a record says; two that agree in all of it are the same refund told twice.
_SAID = {
    "origin": "text",
    "reference": "text",
    "requested_at": "timestamptz",
    "amount": "bigint",
    "currency": "text",
    "reason_code": "text",
    "reason_text": "text",
    "channel": "text",
    "answer_by": "timestamptz",
    "default_outcome": "text",
    "order_id": "bigint",
    "account_id": "bigint",
    "shop_id": "bigint",
    "destination_id": "bigint",
    "ip": "inet",
    "device_id": "text",
    "user_agent": "text",
    "status": "text",
    "status_at": "timestamptz",
}
_MADE = {
    "id": "text",
    "category": "text",
    "approved_amount": "bigint",
    # Text on its way: as a member of a JSON document it would arrive as a JSON string.
    "decision": "text",
    "payout": "text",
    "created_at": "timestamptz",
}
_REFUNDS = Shape("arriving_refund", tuple((_SAID | _MADE).items()))
_LINES = Shape(
    "arriving_refund_line",
    (("refund_id", "text"), ("line_id", "bigint"), ("amount", "bigint"), ("approved_amount", "bigint")),
)


def past_refunds_absorb(
    records: Sequence[PastRefundRecord], *, client_id: int, absorbed: Absorbed, now: datetime
) -> list[Outcome | Refusal]:
    """Store the refunds; return what came of each, in their order.

    Everything that the records carry along was absorbed before, in the same
    transaction, with the rows of their orders locked. A constant number of
    statements.
    """
    if not records:
        return []
    orders = order_facts({record.order.id for record in records}, client_id=client_id)
    present = refunds_present({record.reference for record in records}, _SAID, client_id=client_id)
    settling = _Settling(orders, present, absorbed, now)
    outcomes = [settling.settle(record) for record in records]
    if settling.refunds:
        with connection.cursor() as cursor:
            settling.insert(cursor, client_id)
    return outcomes


class _Settling:
    """Takes refunds one after the other; each leaves less for the next of its order."""

    def __init__(
        self, orders: Mapping[str, OrderFacts], present: dict[str, Present], absorbed: Absorbed, now: datetime
    ) -> None:
        self.refunds: list[tuple[Value, ...]] = []
        self._lines: list[tuple[Value, ...]] = []
        self._orders, self._present, self._absorbed, self._now = orders, present, absorbed, now

    def settle(self, record: PastRefundRecord) -> Outcome | Refusal:
        """Take one refund, or return why not."""
        order = self._orders.get(record.order.id)
        known = self._present.get(record.reference)
        try:
            if known is not None:
                return self._same(record, order, known)
            order = check_past_refund(record, order, now=self._now)
        except Refusal as refusal:
            # Its traceback would hold on to all that is being settled.
            return refusal.with_traceback(None)
        self._take(record, order)
        return Outcome.CREATED

    def _same(self, record: PastRefundRecord, order: OrderFacts | None, known: Present) -> Outcome:
        if order is not None:
            lines = {line.row_id: amount for line, amount in lines_asked(record, order)}
            if lines == dict(known.lines) and _comparable(self._said(record, order)) == _comparable(known.columns):
                return Outcome.UNCHANGED
        raise ReferenceUsed(pointer="/reference", reference=record.reference, refund_id=known.refund_id)

    def _take(self, record: PastRefundRecord, order: OrderFacts) -> None:
        asked = lines_asked(record, order)
        said = self._said(record, order)
        made = self._made(record, order, asked)
        self._present[record.reference] = Present(made["id"], said, {line.row_id: amount for line, amount in asked})
        self.refunds.append(_values(said | made))
        is_paid = record.outcome is PastOutcome.PAID
        for line, amount in asked:
            self._lines.append((made["id"], line.row_id, amount, amount if is_paid else 0))
            line.left -= amount if is_paid else 0
        order.left -= record.amount if is_paid else 0

    def _said(self, record: PastRefundRecord, order: OrderFacts) -> dict[str, Any]:
        context = record.context or ContextRecord()
        destination = record.destination
        return {
            "origin": Origin.HISTORY.value,
            "reference": record.reference,
            "requested_at": record.requested_at,
            "amount": record.amount,
            "currency": record.currency,
            "reason_code": record.reason.code.value,
            "reason_text": record.reason.text or "",
            "channel": record.channel.value,
            "answer_by": record.answer_by,
            "default_outcome": record.default_outcome.value if record.default_outcome else "",
            "order_id": order.row_id,
            "account_id": order.account_row_id,
            "shop_id": order.shop_row_id,
            "destination_id": self._absorbed.instruments[instrument_key(destination)] if destination else None,
            "ip": context.ip,
            "device_id": context.device_id or "",
            "user_agent": context.user_agent or "",
            "status": _STATUS[record.outcome].value,
            "status_at": record.decided_at,
        }

    def _made(
        self, record: PastRefundRecord, order: OrderFacts, asked: Sequence[tuple[LineFacts, int]]
    ) -> dict[str, Any]:
        is_paid, decided_at = record.outcome is PastOutcome.PAID, written_instant(record.decided_at)
        concerned = [line for line, _amount in asked] or order.lines.values()
        decision = {
            "outcome": _DECIDED[record.outcome],
            "reason_code": "",
            "message": "",
            "decided_at": decided_at,
            "lines": [{"id": line.id, "approved_amount": line.amount if is_paid else 0} for line in record.lines or ()],
        }
        payout = {"reference": "", "result": "paid", "at": decided_at} if is_paid else None
        return {
            "id": new_identifier("rfd"),
            "category": speaking_category({line.category for line in concerned}).value,
            "approved_amount": record.amount if is_paid else None,
            "decision": json.dumps(decision),
            "payout": json.dumps(payout) if payout else None,
            "created_at": self._now,
        }

    def insert(self, cursor: CursorWrapper, client_id: int) -> None:
        """Write what was taken, ordered by reference like everybody does."""
        staged = stage(cursor, _REFUNDS, self.refunds)
        cursor.execute(_insert_refunds(few=staged.few), {"client_id": client_id, **staged.parameters})
        if self._lines:
            staged = stage(cursor, _LINES, self._lines)
            cursor.execute(_insert_lines(few=staged.few), staged.parameters)


def _comparable(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said, with the address as a value: its text has more than one form."""
    return {name: columns[name] for name in _SAID} | {"ip": columns["ip"] and ipaddress.ip_address(columns["ip"])}


def _values(row: Mapping[str, Any]) -> tuple[Value, ...]:
    return tuple(stamp(row[name]) if isinstance(row[name], datetime) else row[name] for name in _REFUNDS.names)


@cache
def _insert_refunds(*, few: bool) -> str:
    statement = sql.SQL(
        "INSERT INTO refunds_refund (client_id, version, event_sequence, {columns}, decision, payout)"
        " SELECT %(client_id)s, 1, 0, {columns}, decision::jsonb, payout::jsonb FROM {sent} ORDER BY reference"
    )
    plain = [name for name in _REFUNDS.names if name not in ("decision", "payout")]
    return statement.format(columns=listed(plain), sent=_REFUNDS.relation(few=few)).as_string()


@cache
def _insert_lines(*, few: bool) -> str:
    statement = sql.SQL("INSERT INTO refunds_refundline ({columns}) SELECT {columns} FROM {sent}")
    return statement.format(columns=listed(_LINES.names), sent=_LINES.relation(few=few)).as_string()
