"""What a refund service sends: a whole refund whose order comes along, and its parts."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

_numbers = count(1)


def ago(**time: float) -> str:
    """Return the instant this long ago, as clients write it."""
    return (datetime.now(UTC) - timedelta(**time)).isoformat(timespec="seconds")


# One account that is told again is the same account, whatever second it is told in.
_REGISTERED, _VERIFIED = ago(days=730), ago(days=700)


def order_body(identifier: str = "", **changes: Any) -> dict[str, Any]:
    """Return an order of two gift cards of 10,000 and 5,000 minor units, paid by wallet a day ago."""
    order: dict[str, Any] = {
        "id": identifier or f"O-{next(_numbers)}",
        "account_id": "A-17",
        "shop_id": "S-3",
        "placed_at": ago(days=1),
        "currency": "CNY",
        "lines": [line_body("1", 10_000), line_body("2", 5_000)],
        "payments": [
            {
                "id": "P-1",
                "paid_at": ago(days=1),
                "amount": 15_000,
                "instrument": {"type": "wallet", "fingerprint": "wallet-17", "holder_account_id": "A-17"},
            }
        ],
    }
    return order | changes


def line_body(identifier: str, amount: int, **changes: Any) -> dict[str, Any]:
    """Return one gift card, delivered and not used."""
    line: dict[str, Any] = {
        "id": identifier,
        "title": "充值卡 100",
        "category": "gift_card",
        "quantity": 1,
        "unit_amount": amount,
        "amount": amount,
        "delivery": {"status": "delivered", "at": ago(hours=23)},
        "consumption": {"percent": 0},
    }
    return line | changes


def refund_body(reference: str = "", **changes: Any) -> dict[str, Any]:
    """Return a refund of the first line of such an order, of an account of two years with good verification."""
    refund: dict[str, Any] = {
        "reference": reference or f"RF-{next(_numbers)}",
        "requested_at": ago(minutes=5),
        "amount": 10_000,
        "currency": "CNY",
        "reason": {"code": "accidental_purchase", "text": "孩子误操作"},
        "channel": "app",
        "order": order_body(),
        "lines": [{"id": "1", "amount": 10_000}],
        "account": {
            "id": "A-17",
            "registered_at": _REGISTERED,
            "verification": {
                kind: {"status": "verified", "verified_at": _VERIFIED, "name_match": True}
                for kind in ("phone", "id_document", "bank_card")
            },
        },
        "shop": {"id": "S-3", "name": "星海点卡"},
        "destination": {"type": "wallet", "fingerprint": "wallet-17", "holder_account_id": "A-17"},
        "context": {"ip": "203.0.113.7", "device_id": "d-55"},
    }
    return refund | changes
