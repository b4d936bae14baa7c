"""Refund requests that the policy sends to a person."""

from datetime import datetime, timedelta
from typing import Any


def suspect_refund(number: str, now: datetime) -> dict[str, Any]:
    """A new account with failed verification asks gift card money back minutes after it viewed the code."""
    bought = now - timedelta(minutes=12)
    account, line = f"A-{number}", {"id": "1", "amount": 64800}
    return {
        "reference": f"RF-{number}",
        "requested_at": now.isoformat(),
        "amount": 64800,
        "currency": "CNY",
        "reason": {"code": "accidental_purchase", "text": "孩子误操作"},
        "channel": "app",
        "answer_by": (now + timedelta(days=1)).isoformat(),
        "default_outcome": "approve",
        "order": {
            "id": f"O-{number}",
            "account_id": account,
            "shop_id": "S-3",
            "placed_at": bought.isoformat(),
            "currency": "CNY",
            "lines": [
                {
                    **line,
                    "title": "648 元礼品卡",
                    "category": "gift_card",
                    "quantity": 1,
                    "unit_amount": 64800,
                    "delivery": {"status": "viewed", "at": (bought + timedelta(minutes=1)).isoformat()},
                    "consumption": {"percent": 100, "first_used_at": (bought + timedelta(minutes=3)).isoformat()},
                }
            ],
            "payments": [
                {
                    "id": f"P-{number}",
                    "paid_at": bought.isoformat(),
                    "amount": 64800,
                    "instrument": {"type": "credit_line", "fingerprint": f"cl-{number}", "holder_account_id": account},
                    "payer_account_id": account,
                }
            ],
        },
        "lines": [line],
        "account": {
            "id": account,
            "registered_at": (now - timedelta(days=2)).isoformat(),
            "verification": {"phone": {"status": "verified"}, "id_document": {"status": "failed"}},
        },
        "shop": {"id": "S-3"},
        "destination": {"type": "wallet", "fingerprint": f"w-{number}", "holder_account_id": "A-99"},
    }
