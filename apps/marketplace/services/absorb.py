"""Taking in what clients tell, many records at once.

A constant number of statements whatever the number of records, and none that
writes for a record that says what the last one said.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from apps.common.cursors import recurring_cursor
from apps.marketplace.records import AccountRecord, InstrumentRecord, OrderRecord, ShopRecord, TransferRecord
from apps.marketplace.services.accounts import accounts_absorb
from apps.marketplace.services.instruments import (
    InstrumentTold,
    instrument_told,
    instruments_absorb,
    instruments_together,
)
from apps.marketplace.services.known import known_rows, news
from apps.marketplace.services.order_rows import OrderRows, order_laid_out, orders_that_are_news
from apps.marketplace.services.orders import Resolved, orders_absorb
from apps.marketplace.services.outcomes import Absorbed
from apps.marketplace.services.sent import Sent, accounts_together, orders_together, said_last
from apps.marketplace.services.shops import shops_absorb
from apps.marketplace.services.transfers import accounts_of_transfer, transfers_absorb


@transaction.atomic(savepoint=False)
def absorb(
    *,
    client_id: int,
    accounts: Sequence[AccountRecord] = (),
    shops: Sequence[ShopRecord] = (),
    instruments: Sequence[InstrumentRecord] = (),
    orders: Sequence[OrderRecord | OrderRows] = (),
    transfers: Sequence[TransferRecord] = (),
    lock_orders: Collection[str] = (),
    now: datetime,
) -> Absorbed:
    """Create or update all records of one client, in the caller's transaction.

    Accounts and shops that are only referred to get a placeholder. Records of
    one id are put together, the later ones last. The orders in `lock_orders`
    that exist stay locked until the transaction ends; naming them here rather
    than locking them afterwards keeps everybody's order of locks the same.
    """
    sent = _Gathered(
        Sent(accounts, accounts_together),
        Sent(shops, said_last),
        [instrument_told(record) for record in instruments],
        Sent([one if isinstance(one, OrderRows) else order_laid_out(one) for one in orders], _orders_together),
        Sent(transfers, lambda _earlier, later: later),
    )
    with recurring_cursor() as cursor:
        return _absorb(cursor, client_id, sent, lock_orders, now)


@dataclass(frozen=True)
class _Gathered:
    """The records of one call, and what they refer to."""

    accounts: Sent[AccountRecord]
    shops: Sent[ShopRecord]
    instruments: list[InstrumentTold]
    orders: Sent[OrderRows]
    transfers: Sent[TransferRecord]

    def accounts_referred(self) -> set[str]:
        """Accounts that any record names, without describing them."""
        return {
            *chain.from_iterable(order.accounts() for order in self.orders.by_id.values()),
            *chain.from_iterable(accounts_of_transfer(transfer) for transfer in self.transfers.by_id.values()),
            *(shop.owner_account_id for shop in self.shops.by_id.values() if shop.owner_account_id),
            *(one.holder_account_id for one in self.instruments if one.holder_account_id),
        }

    def shops_referred(self) -> set[str]:
        """Shops that orders name."""
        return {order.shop_id for order in self.orders.by_id.values()}

    def instruments_of(self, orders: Iterable[OrderRows], transfers: Iterable[str]) -> Iterator[InstrumentTold]:
        """Yield the instruments sent alone, then those in these orders and transfers."""
        yield from self.instruments
        for order in orders:
            for _payer_id, instrument in order.paid_with:
                yield instrument
        for name in transfers:
            record = self.transfers.by_id[name].instrument
            if record is not None:
                yield instrument_told(record)


def _orders_together(earlier: OrderRows, later: OrderRows) -> OrderRows:
    together = order_laid_out(orders_together(earlier.record, later.record))
    return earlier if together.digest == earlier.digest else together


def _absorb(
    cursor: CursorWrapper, client_id: int, sent: _Gathered, lock_orders: Collection[str], now: datetime
) -> Absorbed:
    accounts_referred, shops_referred = sent.accounts_referred(), sent.shops_referred()
    instruments_sent = instruments_together(sent.instruments_of(sent.orders.by_id.values(), sent.transfers.by_id))
    known = known_rows(
        cursor,
        client_id,
        accounts=accounts_referred | sent.accounts.by_id.keys(),
        shops=shops_referred | sent.shops.by_id.keys(),
        orders=sent.orders.by_id.keys(),
        transfers=sent.transfers.by_id.keys(),
        instruments=instruments_sent.keys(),
    )
    order_news = orders_that_are_news(sent.orders.by_id, known.orders)
    transfer_digests = news("transfer", sent.transfers.by_id, known.transfers)
    accounts, account_outcomes = accounts_absorb(
        cursor, client_id, sent=sent.accounts.by_id, referred=accounts_referred, known=known.accounts, now=now
    )
    shops, shop_outcomes = shops_absorb(
        cursor,
        client_id,
        sent=sent.shops.by_id,
        referred=shops_referred,
        known=known.shops,
        accounts=accounts,
        now=now,
    )
    instruments = instruments_absorb(
        cursor,
        client_id,
        sent=instruments_together(sent.instruments_of(order_news.values(), transfer_digests)),
        present=known.instruments,
        accounts=accounts,
    )
    resolved = Resolved(accounts, shops, instruments)
    orders, order_outcomes = orders_absorb(
        cursor,
        client_id,
        sent=sent.orders.by_id,
        news=order_news,
        locking=lock_orders,
        known=known.orders,
        resolved=resolved,
    )
    transfers, transfer_outcomes = transfers_absorb(
        cursor,
        client_id,
        sent=sent.transfers.by_id,
        digests=transfer_digests,
        known=known.transfers,
        resolved=resolved,
    )
    return Absorbed(
        account_outcomes=sent.accounts.outcomes(account_outcomes),
        shop_outcomes=sent.shops.outcomes(shop_outcomes),
        order_outcomes=sent.orders.outcomes(order_outcomes),
        transfer_outcomes=sent.transfers.outcomes(transfer_outcomes),
        accounts=accounts,
        shops=shops,
        instruments=instruments,
        orders=orders,
        transfers=transfers,
    )
