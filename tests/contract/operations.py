"""Every operation that takes a body, with one that it accepts in a world where that is possible."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.http import HttpResponse

from apps.refunds.models import Refund
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.api.asking import asked_refund
from tests.api.callers import Caller, content
from tests.api.refund_bodies import ago, order_body, refund_body
from tests.support.factories import DENIAL, Goods, make_order, open_desk, submit

_numbers = count(1)


@dataclass(frozen=True)
class Operation:
    """`path` is asked for when the world is there: it names what was made."""

    method: str
    path: Callable[["World"], str]
    body: Callable[[], dict[str, Any]]


@dataclass(frozen=True)
class World:
    """What a client has before it sends something: a refund in each state that takes a body, and an endpoint."""

    caller: Caller
    pending: Refund
    asked: Refund
    released: Refund
    denied: Refund
    endpoint: str

    def send(self, operation: Operation, body: Any, **headers: str) -> HttpResponse:
        """Send a body, as JSON unless it is bytes."""
        path = operation.path(self)
        if operation.method == "POST":
            return self.caller.post(path, body, **headers)
        return self.caller.call(operation.method, path, body, **headers)


def make_world(caller: Caller) -> World:
    """Make it through the services and the REST face."""
    denied = _submitted(caller, RiskOutcome.REVIEW)
    open_desk(denied).decide(DENIAL)
    created = caller.post("/webhook-endpoints", {"url": "https://shop.example/hooks"})
    told = caller.call("PUT", "/accounts/A-17", {"registered_at": ago(days=700)})
    assert told.status_code in (200, 201), told.content
    return World(
        caller,
        pending=_submitted(caller, RiskOutcome.REVIEW),
        asked=asked_refund(caller),
        released=_submitted(caller, RiskOutcome.CLEAR),
        denied=denied,
        endpoint=content(created)["id"],
    )


def _submitted(caller: Caller, outcome: RiskOutcome) -> Refund:
    return submit(make_order(caller.client, Goods(1000)), outcome)


def fresh_refund() -> dict[str, Any]:
    """Return a refund of an order that nobody has told of."""
    return refund_body(order=order_body(f"O-fresh-{next(_numbers)}"))


def _account() -> dict[str, Any]:
    factor = {"status": "verified", "verified_at": ago(days=9), "name_match": True, "last4": "1234"}
    return {
        "registered_at": ago(days=400),
        "status": "active",
        "display_name": "小明",
        "phone": "+8613800000000",
        "is_minor": False,
        "verification": {"phone": factor, "id_document": {"status": "pending", "document_type": "resident_id"}},
    }


def _transfer() -> dict[str, Any]:
    instrument = {"type": "wallet", "fingerprint": "wallet-17", "last4": "17", "holder_account_id": "A-17"}
    told = {"at": ago(hours=3), "amount": 500, "currency": "CNY"}
    return told | {"from_account_id": "A-17", "to_account_id": "A-18", "instrument": instrument}


OPERATIONS: dict[str, Operation] = {
    "submit": Operation("POST", lambda _world: "/refunds", fresh_refund),
    "withdraw": Operation(
        "POST", lambda world: f"/refunds/{world.pending.pk}/withdraw", lambda: {"reason": "kept it after all"}
    ),
    "inform": Operation(
        "POST",
        lambda world: f"/refunds/{world.asked.pk}/information",
        lambda: {"text": "附上说明", "verification": {"id_document": {"status": "verified", "last4": "4321"}}},
    ),
    "pay": Operation(
        "POST",
        lambda world: f"/refunds/{world.released.pk}/payout",
        lambda: {"result": "failed", "reference": "PAY-1", "at": ago(minutes=1), "failure_reason": "card closed"},
    ),
    "submit batch": Operation("POST", lambda _world: "/refunds/batch", lambda: {"refunds": [fresh_refund()]}),
    "appeal": Operation("POST", lambda world: f"/refunds/{world.denied.pk}/appeal", lambda: {"text": "未使用"}),
    "put account": Operation("PUT", lambda _world: "/accounts/A-17", _account),
    "put shop": Operation(
        "PUT", lambda _world: "/shops/S-3", lambda: {"name": "星海点卡", "registered_at": ago(days=900)}
    ),
    "put order": Operation("PUT", lambda _world: "/orders/O-put", lambda: order_body("O-put")),
    "put transfer": Operation("PUT", lambda _world: "/transfers/T-1", _transfer),
    "verify": Operation(
        "PATCH", lambda _world: "/accounts/A-17/verification", lambda: {"bank_card": {"status": "failed"}}
    ),
    "make endpoint": Operation(
        "POST",
        lambda _world: "/webhook-endpoints",
        lambda: {"url": "https://shop.example/new", "description": "orders", "event_types": ["refund.paid"]},
    ),
    "change endpoint": Operation(
        "PATCH",
        lambda world: f"/webhook-endpoints/{world.endpoint}",
        lambda: {"description": "kept", "event_types": ["refund.paid"], "status": "disabled"},
    ),
    "replay": Operation(
        "POST",
        lambda world: f"/webhook-endpoints/{world.endpoint}/replay",
        lambda: {"after": Event.objects.order_by("position").values_list("pk", flat=True)[0]},
    ),
}
