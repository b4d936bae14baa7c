"""One account, shop or order, created or updated by its client."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from apps.marketplace.models import Account, Order, Shop
from apps.marketplace.records import AccountRecord, OrderRecord, ShopRecord
from apps.marketplace.selectors import accounts_whole, orders_whole, shops_whole
from apps.marketplace.services.absorb import absorb
from apps.marketplace.services.outcomes import Outcome

Row = TypeVar("Row", Account, Shop, Order)


@dataclass(frozen=True)
class Put(Generic[Row]):
    """What came of it, and the row as it is now, with all that its document needs."""

    outcome: Outcome
    row: Row


def account_put(record: AccountRecord, *, client_id: int, now: datetime) -> Put[Account]:
    """Create or update one account. Fields that the record leaves out stay as they were."""
    absorbed = absorb(client_id=client_id, accounts=[record], now=now)
    return Put(absorbed.account_outcomes[0], accounts_whole().get(pk=absorbed.accounts[record.id]))


def shop_put(record: ShopRecord, *, client_id: int, now: datetime) -> Put[Shop]:
    """Create or update one shop. Fields that the record leaves out stay as they were."""
    absorbed = absorb(client_id=client_id, shops=[record], now=now)
    return Put(absorbed.shop_outcomes[0], shops_whole().get(pk=absorbed.shops[record.id]))


def order_put(record: OrderRecord, *, client_id: int, now: datetime) -> Put[Order]:
    """Create or replace one order; its lines and payments become those of the record."""
    absorbed = absorb(client_id=client_id, orders=[record], now=now)
    return Put(absorbed.order_outcomes[0], orders_whole().get(pk=absorbed.orders[record.id]))
