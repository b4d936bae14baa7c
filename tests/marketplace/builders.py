"""What a client may send, JSON-ready; every test changes what it is about."""

from typing import Any

from apps.marketplace.records import AccountRecord, OrderRecord, ShopRecord, TransferRecord


def line_body(**changed: Any) -> dict[str, Any]:
    """Return an order line."""
    whole = {"id": "1", "title": "点券 648", "category": "top_up", "quantity": 1, "unit_amount": 648, "amount": 648}
    return whole | changed


def instrument_body(**changed: Any) -> dict[str, Any]:
    """Return an instrument."""
    return {"type": "wallet", "fingerprint": "w-1"} | changed


def payment_body(**changed: Any) -> dict[str, Any]:
    """Return a payment."""
    whole = {"id": "P-1", "paid_at": "2026-11-21T08:15:05Z", "amount": 648, "instrument": instrument_body()}
    return whole | changed


def order_body(**changed: Any) -> dict[str, Any]:
    """Return an order of one line, paid once."""
    whole = {
        "id": "O-1",
        "account_id": "A-1",
        "shop_id": "S-1",
        "placed_at": "2026-11-21T08:15:00Z",
        "currency": "CNY",
        "lines": [line_body()],
        "payments": [payment_body()],
    }
    return whole | changed


def account(**members: Any) -> AccountRecord:
    """Return an account record."""
    return AccountRecord.model_validate({"id": "A-1", **members})


def shop(**members: Any) -> ShopRecord:
    """Return a shop record."""
    return ShopRecord.model_validate({"id": "S-1", **members})


def order(**changed: Any) -> OrderRecord:
    """Return an order record."""
    return OrderRecord.model_validate(order_body(**changed))


def transfer(**changed: Any) -> TransferRecord:
    """Return a transfer record."""
    whole = {
        "id": "T-1",
        "at": "2026-11-20T08:00:00Z",
        "amount": 500,
        "currency": "CNY",
        "from_account_id": "A-1",
        "to_account_id": "A-2",
    }
    return TransferRecord.model_validate(whole | changed)
