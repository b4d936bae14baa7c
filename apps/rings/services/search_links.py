"""Rings in what accounts share, and in what they buy together and ask back."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.clients.models import ApiClient
from apps.rings.blocks import Block, Bought, Pair, find_blocks
from apps.rings.chance import how_many_to_raise
from apps.rings.dealing import Dealing, ShopTrade, find_dealings
from apps.rings.findings import Finding
from apps.rings.hops import Hop, RecordKind
from apps.rings.kinds import Kind, Role
from apps.rings.selectors.links import (
    Sums,
    bought_by_pair,
    conducts,
    owners_of_shops,
    paid_by_pair,
    refunds_to_owners,
    sent_by,
    sharing_of,
)
from apps.rings.selectors.trade import trade_of
from apps.rings.sharing import Group, Identifier, by_account, find_groups, ties


def groups_of(client: ApiClient, *, since: datetime) -> list[Finding]:
    """Return the groups of accounts behind which one hand stands."""
    sharing = sharing_of(client, since=since)
    groups = find_groups(sharing.identifiers, sharing.usage, conducts(client, since=since))
    raised = groups[: how_many_to_raise([group.chance for group in groups])]
    return [_group(group, since) for group in raised]


def _group(group: Group, since: datetime) -> Finding:
    currency, path = _most_moved(trade_of(group.members, None, since=since))
    return Finding(
        Kind.SHARED_IDENTITY,
        dict.fromkeys(sorted(group.members), Role.SHARES),
        group.chance,
        currency,
        amount=_asked_back(path),
        path=path,
        identifiers=group.identifiers,
        figures={"kinds": len(group.kinds), "abusive": group.abusive},
    )


def blocks_of(client: ApiClient, *, since: datetime) -> list[Finding]:
    """Return the blocks of accounts and shops in which far more is asked back than chance has it."""
    blocks = find_blocks(bought_by_pair(client, since=since))
    raised = blocks[: how_many_to_raise([block.chance for block in blocks])]
    return [_block(block, since) for block in raised]


def _block(block: Block, since: datetime) -> Finding:
    currency, path = _most_moved(trade_of(block.accounts, block.shops, since=since))
    buyers = dict.fromkeys(sorted(block.accounts), Role.BUYS)
    return Finding(
        Kind.DENSE_BLOCK,
        buyers | dict.fromkeys((-shop for shop in sorted(block.shops)), Role.SELLS),
        block.chance,
        currency,
        amount=_asked_back(path),
        path=path,
        figures={"orders": block.bought.orders, "asked_back": block.bought.asked_back},
    )


def dealings_of(client: ApiClient, *, since: datetime) -> list[Finding]:
    """Return the shops whose owners are their own customers."""
    owners = owners_of_shops(client)
    if not owners:
        return []
    around = by_account(sharing_of(client, since=since).identifiers)
    pairs = {pair: bought for pair, bought in bought_by_pair(client, since=since).items() if pair[1] in owners}
    tied = {shop: ties(owner, around.get(owner, ())) | {owner} for shop, owner in owners.items()}
    money = _Money(
        paid_by_pair(client, owners, since=since),
        sent_by(client, set(owners.values()), since=since),
        refunds_to_owners(client, since=since),
    )
    trades = [_trade(shop, owners[shop], bought, tied[shop], money) for shop, bought in _by_shop(pairs).items()]
    dealings = find_dealings(trades)
    raised = dealings[: how_many_to_raise([dealing.chance for dealing in dealings])]
    return [_dealing(dealing, around, since) for dealing in raised]


def _by_shop(pairs: Mapping[Pair, Bought]) -> dict[int, dict[int, Bought]]:
    found: defaultdict[int, dict[int, Bought]] = defaultdict(dict)
    for (account, shop), bought in sorted(pairs.items()):
        found[shop][account] = bought
    return found


@dataclass(frozen=True)
class _Money:
    """What accounts paid in shops, what owners sent to accounts, how many refunds of each shop went to its owner."""

    paid: Mapping[Pair, Sums]
    sent: Mapping[Pair, Sums]
    to_owner: Mapping[int, int]


def _trade(shop: int, owner: int, bought: Mapping[int, Bought], tied: Collection[int], money: _Money) -> ShopTrade:
    buying = [account for account in bought if account in tied]
    paid = sum((Counter(money.paid[account, shop]) for account in buying), Counter())
    currency = max(paid, key=lambda each: (paid[each], each), default="")
    return ShopTrade(
        shop,
        owner,
        buyers=len(bought),
        orders=sum(each.orders for each in bought.values()),
        asked_back=sum(each.asked_back for each in bought.values()),
        tied=frozenset(buying),
        tied_orders=sum(bought[account].orders for account in buying),
        tied_asked_back=sum(bought[account].asked_back for account in buying),
        tied_paid=paid[currency],
        returned=sum(money.sent.get((owner, account), {}).get(currency, 0) for account in buying),
        currency=currency,
        to_owner=money.to_owner.get(shop, 0),
    )


def _dealing(dealing: Dealing, around: Mapping[int, Sequence[Identifier]], since: datetime) -> Finding:
    trade = dealing.trade
    path = trade_of(trade.tied, [trade.shop], since=since).get(trade.currency, ())
    shared = [each for each in around.get(trade.owner, ()) if each.accounts & (trade.tied - {trade.owner})]
    buyers = dict.fromkeys(sorted(trade.tied), Role.BUYS)
    return Finding(
        Kind.SELF_DEALING,
        buyers | {trade.owner: Role.OWNS, -trade.shop: Role.SELLS},
        dealing.chance,
        trade.currency,
        amount=trade.tied_paid,
        path=tuple(path),
        identifiers=tuple(shared),
        figures={
            "buyers": trade.buyers,
            "tied": len(trade.tied),
            "orders": trade.tied_orders,
            "asked_back": trade.tied_asked_back,
            "returned": trade.returned,
            "to_owner": trade.to_owner,
        },
    )


def _most_moved(by_currency: Mapping[str, Sequence[Hop]]) -> tuple[str, tuple[Hop, ...]]:
    """Return the currency in which most steps were taken, and these."""
    if not by_currency:
        return "", ()
    currency = max(by_currency, key=lambda each: (len(by_currency[each]), each))
    return currency, tuple(by_currency[currency])


def _asked_back(path: Sequence[Hop]) -> int:
    return sum(hop.amount for hop in path if hop.kind is RecordKind.REFUND)
