"""A slice of ordinary trade in the shape of a real shop's: most cancellations never meet a person."""

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.marketplace.models import Account, Order
from apps.reviews.errors import QueueEmpty
from apps.reviews.services.claim import case_claim_next
from apps.reviews.services.decide import case_decide
from tests.support.factories import APPROVAL, make_person, person_actor
from tests.support.platform import Platform

pytestmark = pytest.mark.django_db

BUYERS = 40
BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def an_order(number: int, buyer: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    card = {"type": "bank_card", "fingerprint": f"card-{buyer}", "holder_account_id": f"cust-{buyer}"}
    lines = [
        {
            "id": str(index),
            "sku": f"SKU-{chance.randrange(50)}",
            "title": "WHITE HANGING HEART T-LIGHT HOLDER",
            "category": "physical",
            "quantity": 6,
            "unit_amount": 295,
            "amount": 1770,
        }
        for index in range(1, chance.randint(2, 6))
    ]
    return {
        "type": "order",
        "id": f"INV-{number}",
        "account_id": f"cust-{buyer}",
        "shop_id": "online-retail",
        "placed_at": at.isoformat(),
        "currency": "GBP",
        "lines": lines,
        "payments": [
            {
                "id": f"pay-{number}",
                "paid_at": at.isoformat(),
                "amount": sum(line["amount"] for line in lines),
                "instrument": card,
            }
        ],
    }


def trade() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return history and refund bodies. Buyer 0 takes back all that it ever bought, the others a line now and then."""
    chance = random.Random(20)
    history: list[dict[str, Any]] = [{"type": "shop", "id": "online-retail", "name": "Online Retail"}]
    history += [
        {"type": "account", "id": f"cust-{buyer}", "registered_at": (BEGIN - timedelta(days=200)).isoformat()}
        for buyer in range(BUYERS)
    ]
    orders = [
        an_order(number, number % BUYERS, BEGIN + timedelta(hours=6 * number), chance) for number in range(BUYERS * 5)
    ]
    refunds = []
    for number, order in enumerate(orders):
        buyer = number % BUYERS
        if buyer != 0 and number % 17 != 3:
            continue
        wanted = order["lines"] if buyer == 0 else order["lines"][:1]
        refunds.append(
            {
                "reference": f"C-{order['id']}",
                "requested_at": (datetime.fromisoformat(order["placed_at"]) + timedelta(hours=4)).isoformat(),
                "amount": sum(line["amount"] for line in wanted),
                "currency": "GBP",
                "reason": {"code": "changed_mind"},
                "channel": "web",
                "order": {"id": order["id"]},
                "lines": [{"id": line["id"], "amount": line["amount"]} for line in wanted],
                "account": {"id": order["account_id"]},
                "shop": {"id": "online-retail"},
                "destination": {
                    "type": "bank_card",
                    "fingerprint": f"card-{buyer}",
                    "holder_account_id": f"cust-{buyer}",
                },
            }
        )
    return history + orders, refunds


def test_goes_in_by_file_and_by_rest_and_is_decided_to_the_end(tmp_path: Path) -> None:
    history, refunds = trade()
    file = tmp_path / "history.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in history) + '{"type": "order", "id": 5}\n')
    platform = Platform("Online Retail")

    call_command("import_history", str(file), "--client", "Online Retail")

    assert (Account.objects.count(), Order.objects.count()) == (BUYERS, BUYERS * 5)
    outcomes = Counter[str]()
    for body in refunds:
        answer = platform.post("/refunds", body)
        outcomes[answer["status"]] += 1
    assert sum(outcomes.values()) == len(refunds)
    # Ordinary cancellations pass; the buyer who takes everything back meets a person.
    assert outcomes["pending_review"] >= 1
    assert outcomes["pending_review"] < len(refunds) / 4

    reviewer = make_person()
    actor = person_actor(reviewer)
    decided = 0
    while True:
        try:
            claim = case_claim_next(reviewer, actor=actor, now=timezone.now())
        except QueueEmpty:
            break
        assert claim.case.refund.account.external_id == "cust-0"
        case_decide(claim.case_id, APPROVAL, person=reviewer, token=claim.token, actor=actor, now=timezone.now())
        decided += 1
    assert decided == outcomes["pending_review"]
    assert platform.get("/refunds?status=pending_review")["data"] == []
