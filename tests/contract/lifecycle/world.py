"""The real thing beside the model: one client, its reviewers, a clock that the test moves, and what is compared."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from django.db import transaction
from django.http import HttpResponse
from hypothesis.stateful import RuleBasedStateMachine, invariant

from apps.audit.models import Action, AuditEvent
from apps.payouts.models import Hold
from apps.staff.models import Person, Role
from tests.api.callers import Caller, content, make_caller
from tests.contract.lifecycle.model import TABLE, Order, Refund
from tests.support.factories import make_person
from tests.support.tables import every_row

_names = count(1)
START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class World(RuleBasedStateMachine):
    """Each example runs in a transaction that is undone, under a clock of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self._clock = patch("django.utils.timezone.now", lambda: self.now)
        self._clock.start()
        self._undone = transaction.atomic()
        self._undone.__enter__()
        number = next(_names)
        self.caller: Caller = make_caller(name=f"platform {number}")
        self.people: list[Person] = [
            make_person(f"{name}-{number}", role)
            for name, role in (("lin", Role.REVIEWER), ("wang", Role.REVIEWER), ("chen", Role.SUPERVISOR))
        ]
        self.orders: list[Order] = []
        self.refunds: dict[str, Refund] = {}
        self._last_event = ""
        self._statuses: dict[str, str] = {}
        self._told: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)
        self._clock.stop()

    def tick(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def written(self, at: datetime) -> str:
        """Write an instant as clients do."""
        return at.isoformat()

    def refused(self, response: HttpResponse, status: int, code: str) -> dict[str, Any]:
        """Check a refusal and return its document."""
        document: dict[str, Any] = content(response)
        assert (response.status_code, document.get("code")) == (status, code), document
        return document

    def nothing_moves(self) -> "_Still":
        """Compare every row before and after what is refused."""
        return _Still()

    def sees(self, refund: Refund, response: HttpResponse, status: int = 200) -> dict[str, Any]:
        """Check that an answer shows the refund as the model has it, and return the document."""
        assert response.status_code == status, response.content
        document: dict[str, Any] = content(response)
        self._agrees(refund, document)
        assert response["ETag"] == f'"{refund.version}"'
        return document

    @invariant()
    def everything_agrees(self) -> None:
        if not self.refunds:
            return
        listed = content(self.caller.get("/refunds?limit=200"))["data"]
        assert [document["id"] for document in listed] == sorted(self.refunds, reverse=True)
        for document in listed:
            self._agrees(self.refunds[document["id"]], document)
        self._read_events()
        for refund in self.refunds.values():
            assert self._told[refund.id] == list(enumerate(refund.events, start=1)), refund
        self._audit_agrees()
        for order in self.orders:
            assert order.promised <= order.paid, order
            assert sum(refund.counted for refund in order.refunds if refund.approved is not None) == order.promised

    def _agrees(self, refund: Refund, document: dict[str, Any]) -> None:
        shown = (document["status"], document["version"], document["amount"], document["approved_amount"])
        assert shown == (refund.status, refund.version, refund.amount, refund.approved), (shown, refund)
        present = {name for name in ("review", "information_request", "hold") if document[name] is not None}
        expected = {"pending_review": {"review"}, "information_requested": {"information_request"}}
        if refund.status in expected:
            assert present == expected[refund.status], (present, refund)
        if refund.status == "held":
            assert present == {"hold"}
            refund.release_at = refund.release_at or datetime.fromisoformat(document["hold"]["release_at"])
            assert datetime.fromisoformat(document["hold"]["release_at"]) == refund.release_at
        if refund.status in ("paid", "payout_failed"):
            assert document["payout"]["result"] == {"paid": "paid", "payout_failed": "failed"}[refund.status]
        if (
            document["decision"] is not None
            and document["approved_amount"] is not None
            and document["decision"]["lines"]
        ):
            assert sum(line["approved_amount"] for line in document["decision"]["lines"]) == refund.approved

    def _read_events(self) -> None:
        after = f"&after={self._last_event}" if self._last_event else ""
        for event in content(self.caller.get(f"/events?limit=200{after}"))["data"]:
            self._last_event = event["id"]
            shown = event["data"]["refund"]
            told = self._told[shown["id"]]
            if told and event["type"] != "refund.hold_changed":
                before = self._statuses[shown["id"]]
                assert TABLE[before][shown["status"]] == event["type"]
            assert shown["version"] == event["sequence"] == len(told) + 1
            self._statuses[shown["id"]] = shown["status"]
            told.append((event["sequence"], event["type"]))

    def _audit_agrees(self) -> None:
        ours = AuditEvent.objects.filter(refund_id__in=list(self.refunds))
        received = ours.filter(action=Action.REFUND_RECEIVED).count()
        moved = ours.filter(action=Action.REFUND_MOVED).count()
        assert (received, moved) == (len(self.refunds), sum(refund.moves for refund in self.refunds.values()))
        holds = dict(
            Hold.objects.filter(refund__in=list(self.refunds), ended_at__isnull=True).values_list("refund_id", "amount")
        )
        assert holds == {refund.id: refund.approved for refund in self.refunds.values() if refund.status == "held"}


class _Still:
    def __enter__(self) -> None:
        self.before = every_row()

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            after = every_row()
            moved = [name for name in after if after[name] != self.before.get(name)]
            assert not moved, moved


def encoded(body: dict[str, Any]) -> bytes:
    """Write a body so that it can be sent again byte by byte."""
    return json.dumps(body).encode()
