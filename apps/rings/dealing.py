"""Owners who are their own customers, by their own account or by others that are theirs. Pure.

A friend who buys in a friend's shop is no ring. Trade with oneself that is asked
back, whose proceeds go back to the buyers, or of which the refunds go to the
owner, has no other purpose than to move money; nor has a shop of which most
customers are its owner. Chance: of all shops with known owners, how many have so many
buyers tied to the owner, as ties go at this client, and so much asked back of
what these bought, as requests go at this client.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from apps.rings.tails import log_binomial_tail

# By reasoning: one buyer is a test of one's own shop, two orders are two tests.
FEWEST_ORDERS = 3
FEWEST_ASKED_BACK = 2
# More tied buyers than a family has, and half of all orders: there is hardly another customer.
FAMILY = 5
MOST_OF_TRADE = 0.5
# Of what tied buyers paid so much went back to them by transfers: the trade was with themselves.
RETURNED_SHARE = 0.5
_ABUSE_IS_EVIDENT = math.log(0.01)


@dataclass(frozen=True)
class ShopTrade:
    """A shop: all its buyers and orders, and those of buyers who are, or are tied to, the owner.

    `returned` is what the owner sent to tied buyers by transfers, in minor units as `tied_paid`, both of the currency
    in which tied buyers paid most; `to_owner` counts the refunds of other accounts' orders that went to the owner.
    """

    shop: int
    owner: int
    buyers: int
    orders: int
    asked_back: int
    tied: frozenset[int] = frozenset()
    tied_orders: int = 0
    tied_asked_back: int = 0
    tied_paid: int = 0
    returned: int = 0
    to_owner: int = 0
    currency: str = ""

    @property
    def is_returned(self) -> bool:
        """Whether most of the price went back to who paid it."""
        return self.returned >= RETURNED_SHARE * self.tied_paid > 0

    @property
    def is_hardly_for_others(self) -> bool:
        """Whether most of the trade is with buyers who are tied to the owner."""
        return len(self.tied) > FAMILY and self.tied_orders >= MOST_OF_TRADE * self.orders


@dataclass(frozen=True)
class Dealing:
    """A shop whose trade with its own owner goes beyond chance."""

    chance: float
    trade: ShopTrade


def find_dealings(shops: Sequence[ShopTrade]) -> list[Dealing]:
    """Return the shops that deal with themselves, the least likely by chance first."""
    buyers, tied = sum(shop.buyers for shop in shops), sum(len(shop.tied) for shop in shops)
    orders, asked_back = sum(shop.orders for shop in shops), sum(shop.asked_back for shop in shops)
    found = []
    for shop in shops:
        ties = _share(tied - len(shop.tied), buyers - shop.buyers)
        requests = _share(asked_back - shop.tied_asked_back, orders - shop.tied_orders)
        log_asked_back = log_binomial_tail(shop.tied_asked_back, shop.tied_orders, requests)
        if _is_evident(shop, log_asked_back):
            log_tied = log_binomial_tail(len(shop.tied), max(shop.buyers, len(shop.tied)), ties)
            found.append(Dealing(len(shops) * math.exp(log_tied + log_asked_back), shop))
    return sorted(found, key=lambda dealing: (dealing.chance, dealing.trade.shop))


def _is_evident(shop: ShopTrade, log_asked_back: float) -> bool:
    is_asked_back = shop.tied_asked_back >= FEWEST_ASKED_BACK and log_asked_back <= _ABUSE_IS_EVIDENT
    goes_round = is_asked_back or shop.is_returned or shop.to_owner >= FEWEST_ASKED_BACK
    return shop.tied_orders >= FEWEST_ORDERS and (goes_round or shop.is_hardly_for_others)


def _share(part: int, whole: int) -> float:
    """Return a share of which little is known where there is little: beyond a tenth it is not taken for usual."""
    return (part + 0.5) / (whole + 1) if whole > 0 else 0.1
