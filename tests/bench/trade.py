"""Trade in bulk: buyers, shops and orders as clients send them."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 1, tzinfo=UTC)


def account(number: int) -> dict[str, Any]:
    """Return one buyer."""
    return {
        "id": f"A-{number}",
        "registered_at": (START - timedelta(days=number % 700)).isoformat(),
        "verification": {
            "phone": {"status": "verified", "last4": f"{number % 10000:04}", "fingerprint": f"ph-{number}"}
        },
    }


def order(number: int, chance: random.Random, accounts: int, shops: int) -> dict[str, Any]:
    """Return one paid order of two lines."""
    buyer = chance.randrange(accounts)
    at = (START + timedelta(minutes=number)).isoformat()
    lines = [
        {
            "id": str(index),
            "sku": f"SKU-{chance.randrange(200)}",
            "title": "648 diamonds",
            "category": chance.choice(["game_currency", "gift_card", "physical"]),
            "quantity": 1,
            "unit_amount": 64800,
            "amount": 64800,
            "delivery": {"status": "delivered", "at": at},
            "consumption": {"percent": 0},
        }
        for index in (1, 2)
    ]
    card = {"type": "bank_card", "fingerprint": f"card-{buyer}", "last4": "4242", "holder_account_id": f"A-{buyer}"}
    return {
        "id": f"O-{number}",
        "account_id": f"A-{buyer}",
        "shop_id": f"S-{chance.randrange(shops)}",
        "placed_at": at,
        "currency": "CNY",
        "lines": lines,
        "payments": [
            {"id": f"P-{number}", "paid_at": at, "amount": 129600, "instrument": card, "payer_account_id": f"A-{buyer}"}
        ],
        "context": {"ip": f"203.0.113.{buyer % 250}", "device_id": f"d-{buyer}"},
    }


def history(*, accounts: int, shops: int, orders: int) -> Iterator[bytes]:
    """Yield the lines of a history file."""
    chance = random.Random(1)
    for number in range(shops):
        yield json.dumps({"type": "shop", "id": f"S-{number}", "name": f"Shop {number}"}).encode() + b"\n"
    for number in range(accounts):
        yield json.dumps({"type": "account", **account(number)}).encode() + b"\n"
    for number in range(orders):
        yield json.dumps({"type": "order", **order(number, chance, accounts, shops)}).encode() + b"\n"


def refund(reference: str, order_body: dict[str, Any]) -> dict[str, Any]:
    """Return a refund of an order's first line, with the order, account and shop in it."""
    buyer = order_body["account_id"]
    return {
        "reference": reference,
        "requested_at": (datetime.fromisoformat(order_body["placed_at"]) + timedelta(hours=30)).isoformat(),
        "amount": 64800,
        "currency": "CNY",
        "reason": {"code": "accidental_purchase", "text": "孩子误操作"},
        "channel": "app",
        "order": order_body,
        "lines": [{"id": "1", "amount": 64800}],
        "account": account(int(buyer.removeprefix("A-"))),
        "shop": {"id": order_body["shop_id"]},
        "destination": {"type": "bank_card", "fingerprint": f"card-{buyer[2:]}", "holder_account_id": buyer},
        "context": {"ip": "203.0.113.7", "device_id": "d-55"},
    }
