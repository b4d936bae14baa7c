"""What a client tells, as lines of history, and what is found in it."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.clients.models import ApiClient
from apps.refunds.services.history import history_import

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def tell(client: ApiClient, lines: Iterable[dict[str, Any]]) -> None:
    """Take in lines of history, all of them."""
    text = "\n".join(json.dumps(line) for line in lines).encode()
    report = history_import([text], client_id=client.pk, now=NOW)
    assert report.rejected == 0, report.rejections


def transfer(number: int, source: str, target: str, *, day: float, amount: int = 50_000, **more: Any) -> dict[str, Any]:
    at = (BEGIN + timedelta(days=day)).isoformat()
    sent = {"type": "transfer", "id": f"t-{number}", "at": at, "amount": amount, "currency": "CNY"}
    return sent | {"from_account_id": source, "to_account_id": target} | more


def order(name: str, buyer: str, shop: str, *, day: float, amount: int = 64_800, payer: str = "") -> dict[str, Any]:
    at = (BEGIN + timedelta(days=day)).isoformat()
    line = {"id": "1", "title": "648", "category": "gift_card", "quantity": 1, "unit_amount": amount, "amount": amount}
    instrument = {"type": "credit_line", "fingerprint": f"cl-{buyer}"}
    payment = {"id": f"P-{name}", "paid_at": at, "amount": amount, "instrument": instrument}
    return {
        "type": "order", "id": name, "account_id": buyer, "shop_id": shop, "placed_at": at, "currency": "CNY",
        "lines": [line], "payments": [payment | ({"payer_account_id": payer} if payer else {})],
    }  # fmt: skip


def refund(name: str, order_name: str, holder: str, *, day: float, amount: int = 64_800) -> dict[str, Any]:
    at = (BEGIN + timedelta(days=day)).isoformat()
    destination = {"type": "wallet", "fingerprint": f"w-{holder}", "holder_account_id": holder}
    return {
        "type": "refund", "reference": name, "requested_at": at, "amount": amount, "currency": "CNY",
        "reason": {"code": "changed_mind"}, "channel": "app", "order": {"id": order_name},
        "destination": destination, "outcome": "paid", "decided_at": at,
    }  # fmt: skip


def account(name: str, *, phone: str = "", document: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {"type": "account", "id": name}
    if phone:
        told["phone"] = phone
    if document:
        factor = {"status": "verified", "document_type": "resident_id", "fingerprint": document}
        told["verification"] = {"id_document": factor}
    return told


def shop(name: str, owner: str = "") -> dict[str, Any]:
    return {"type": "shop", "id": name} | ({"owner_account_id": owner} if owner else {})


def ring_of_three() -> list[dict[str, Any]]:
    return [
        transfer(n, source, target, day=2 * n)
        for n, (source, target) in enumerate([("a", "b"), ("b", "c"), ("c", "a")], start=1)
    ]
