"""The world as the mall sends it: the JSON of the REST contract."""

from datetime import datetime, timedelta
from typing import Any

from apps.common.instants import written_instant
from apps.demo.trade import Ask, Bought, Buyer, Device, Instrument, Purchase, Settled, Shop, Transfer

Document = dict[str, Any]


def account(buyer: Buyer) -> Document:
    """Return an account."""
    return {
        "id": buyer.id,
        "registered_at": written_instant(buyer.registered_at),
        "display_name": buyer.name,
        "phone": buyer.phone,
        "email": buyer.email,
        "is_minor": buyer.is_minor,
        "verification": {kind: dict(factor) for kind, factor in buyer.verification.items()},
    }


def shop(sold_by: Shop, now: datetime) -> Document:
    """Return a shop."""
    opened = written_instant(now - timedelta(days=sold_by.age_days))
    document: Document = {"id": sold_by.id, "name": sold_by.name, "registered_at": opened}
    return document | ({"owner_account_id": sold_by.owner} if sold_by.owner else {})


def order(purchase: Purchase) -> Document:
    """Return an order with its lines, their consumption, and its payment."""
    return {
        "id": purchase.id,
        "account_id": purchase.buyer.id,
        "shop_id": purchase.shop.id,
        "placed_at": written_instant(purchase.at),
        "currency": purchase.shop.currency,
        "lines": [_line(str(number), line) for number, line in enumerate(purchase.lines, 1)],
        "payments": [
            {
                "id": f"P{purchase.id}",
                "paid_at": written_instant(purchase.paid_at),
                "amount": purchase.amount,
                "instrument": instrument(purchase.instrument),
                "payer_account_id": purchase.payer or purchase.instrument.holder,
            }
        ],
        "context": _context(purchase.device),
    }


def instrument(used: Instrument) -> Document:
    """Return an instrument."""
    return {
        "type": used.type.value,
        "fingerprint": used.fingerprint,
        "last4": used.last4,
        "brand": used.brand,
        "holder_account_id": used.holder,
    }


def transfer(sent: Transfer) -> Document:
    """Return a transfer."""
    return {
        "id": sent.id,
        "at": written_instant(sent.at),
        "amount": sent.amount,
        "currency": "CNY",
        "from_account_id": sent.sender,
        "to_account_id": sent.receiver,
        "instrument": instrument(sent.instrument),
    }


def refund(ask: Ask, reference: str) -> Document:
    """Return a request for refund of an order that was sent before."""
    document: Document = {
        "reference": reference,
        "requested_at": written_instant(ask.at),
        "amount": ask.amount,
        "currency": ask.purchase.shop.currency,
        "reason": {"code": ask.reason.value, "text": ask.text},
        "channel": ask.channel.value,
        "order": {"id": ask.purchase.id},
        "lines": [
            {"id": str(position + 1), "amount": ask.purchase.lines[position].amount} for position in ask.positions
        ],
        "context": _context(ask.device or ask.purchase.device),
    }
    if ask.destination is not None:
        document["destination"] = instrument(ask.destination)
    if ask.answer_by is not None:
        document["answer_by"] = written_instant(ask.answer_by)
    if ask.default_outcome is not None:
        document["default_outcome"] = ask.default_outcome.value
    return document


def settled_refund(settled: Settled, reference: str) -> Document:
    """Return a refund of the past."""
    return refund(settled.ask, reference) | {
        "outcome": settled.outcome.value,
        "decided_at": written_instant(settled.decided_at),
    }


def _line(line_id: str, line: Bought) -> Document:
    document: Document = {
        "id": line_id,
        "sku": line.goods.sku,
        "title": line.goods.title,
        "category": line.goods.category.value,
        "quantity": line.quantity,
        "unit_amount": line.goods.face,
        "amount": line.amount,
        "delivery": {"status": line.delivery.value},
    }
    if line.delivered_at is not None:
        document["delivery"]["at"] = written_instant(line.delivered_at)
    if line.percent is not None:
        document["consumption"] = {"percent": line.percent}
        if line.first_used_at is not None and line.percent:
            document["consumption"] |= {"first_used_at": written_instant(line.first_used_at), "evidence": line.evidence}
    return document


def _context(device: Device) -> Document:
    return {"ip": device.ip, "device_id": device.id, "user_agent": device.user_agent}
