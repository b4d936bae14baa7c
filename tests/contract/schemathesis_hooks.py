"""What a schema cannot say: which ids exist, and which sums agree. Only requests that are meant to be right are mended.

Loaded by schemathesis in a process of its own. KNOWN names what the test has put into the database.
"""

import json
import os
import uuid
from datetime import UTC, datetime
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, HookContext

KNOWN: dict[str, Any] = json.loads(os.environ["CONTRACT_KNOWN"])
LINES_TYPE = "application/x-ndjson"
PLACED_AT, REQUESTED_AT = "2026-03-10T19:30:00+08:00", "2026-03-14T09:15:00+08:00"
PAID = 10**14
PICTURE = {
    "name": "chat.png",
    "media_type": "image/png",
    "content_base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg==",
}

schemathesis.openapi.format(
    "date-time",
    st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)).map(lambda at: at.isoformat()),  # noqa: DTZ001
)


@schemathesis.serializer(LINES_TYPE)
def lines(_context: Any, value: Any) -> bytes:
    """Send text as it is."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """Give each request a key of its own, and mend what is meant to be right."""
    headers: Any = case.headers or {}
    if "Idempotency-Key" in headers and _is_meant(case):
        headers["Idempotency-Key"] = f'"{uuid.uuid4()}"'
    if _is_meant(case):
        _mend(case)


def _is_meant(case: Case[Any]) -> bool:
    return case.meta is None or case.meta.generation.mode is GenerationMode.POSITIVE


def _mend(case: Case[Any]) -> None:
    query = case.query or {}
    headers: Any = case.headers or {}
    if "If-Match" in headers:
        # Which version there is nobody can know who has not read it; any will do.
        headers["If-Match"] = "*"
    if "cursor" in query:
        query["cursor"] = KNOWN["cursors"].get(case.operation.path, "")
        if not query["cursor"]:
            del query["cursor"]
    if "after" in query:
        query["after"] = KNOWN["event"]
    if "limit" in query:
        query["limit"] = int(query["limit"])
    if isinstance(case.body, dict):
        body: dict[str, Any] = _whole(case.body)
        case.body = body
        mend = _BODIES.get(case.operation.label)
        if mend:
            mend(case, body)


def _whole(value: Any) -> Any:
    """Write whole numbers without a point: to JSON Schema 1.0 is an integer, to the contract it is none."""
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _refund(_case: Case[Any], body: dict[str, Any]) -> None:
    body["reference"] = uuid.uuid4().hex
    body["requested_at"] = REQUESTED_AT
    body["amount"] = amount = min(body["amount"], 1000)
    order = body["order"]
    line = KNOWN["line"]
    if set(order) == {"id"}:
        order["id"] = KNOWN["order"]
        body["currency"] = KNOWN["currency"]
        buyer, seller = KNOWN["account"], KNOWN["shop"]
    else:
        order["id"] = uuid.uuid4().hex
        _order(_case, order)
        order["placed_at"], order["currency"] = PLACED_AT, body["currency"]
        order["lines"][0]["amount"] = amount
        line = order["lines"][0]["id"]
        buyer, seller = order["account_id"], order["shop_id"]
    if body.get("lines"):
        body["lines"] = [{"id": line, "amount": amount}]
    for name, identifier in (("account", buyer), ("shop", seller)):
        if body.get(name):
            body[name]["id"] = identifier


def _order(_case: Case[Any], body: dict[str, Any]) -> None:
    for number, line in enumerate(body["lines"]):
        line["id"] = str(number)
    body["payments"] = body["payments"] or [
        {"instrument": {"type": "wallet", "fingerprint": "w"}, "paid_at": PLACED_AT}
    ]
    for number, payment in enumerate(body["payments"]):
        payment["id"], payment["amount"] = str(number), PAID
    body["payments"] = body["payments"][:5]


def _put(_case: Case[Any], body: dict[str, Any]) -> None:
    body.pop("id", None)


def _put_order(case: Case[Any], body: dict[str, Any]) -> None:
    _put(case, body)
    _order(case, body)


def _verification(case: Case[Any], _body: dict[str, Any]) -> None:
    case.path_parameters = {"account_id": KNOWN["account"]}


def _endpoint(_case: Case[Any], body: dict[str, Any]) -> None:
    if "url" in body:
        body["url"] = f"https://shop.example/{uuid.uuid4().hex}"


def _evidence(_case: Case[Any], body: dict[str, Any]) -> None:
    if body.get("attachments"):
        body["attachments"] = [PICTURE]


def _replay(_case: Case[Any], body: dict[str, Any]) -> None:
    body["after"] = KNOWN["event"]


_BODIES = {
    "POST /refunds": _refund,
    "PUT /orders/{order_id}": _put_order,
    "PUT /accounts/{account_id}": _put,
    "PUT /shops/{shop_id}": _put,
    "PUT /transfers/{transfer_id}": _put,
    "PATCH /accounts/{account_id}/verification": _verification,
    "POST /refunds/{refund_id}/appeal": _evidence,
    "POST /refunds/{refund_id}/information": _evidence,
    "POST /webhook-endpoints": _endpoint,
    "PATCH /webhook-endpoints/{endpoint_id}": _endpoint,
    "POST /webhook-endpoints/{endpoint_id}/replay": _replay,
}
