"""What ties the buyer to others: devices and networks, the owner of the shop, and rings."""

from dataclasses import dataclass
from enum import StrEnum

from apps.rings.kinds import Kind, Role


class Tie(StrEnum):
    """How a buyer and the owner of the shop are tied, the strongest first."""

    OWNER = "owner"
    ID_DOCUMENT = "id_document"
    BANK_CARD = "bank_card"
    PHONE = "phone"
    DESTINATION = "destination"
    PAYER = "payer"
    INSTRUMENT = "instrument"
    DEVICE = "device"


@dataclass(frozen=True)
class SharedContext:
    """A device or an address on the net, and who else bought or asked for refunds from it.

    Counted over the newest orders and refunds (how many, `selectors.contexts`
    says); `is_capped`: there may be more, and `accounts` is a lower bound.
    """

    accounts: int
    account_ids: tuple[str, ...]
    is_capped: bool


@dataclass(frozen=True)
class DealingFacts:
    """The owner of the shop, and how the buyer is tied to them, the strongest tie first."""

    owner: str
    ties: tuple[Tie, ...]


@dataclass(frozen=True)
class ShopFacts:
    """How the shop sells: orders and buyers of `days`, how many orders the five busiest buyers placed.

    `week_orders` came in the last seven days, `usual_week` in a usual week
    before, None until the shop has traded for some weeks.
    """

    days: int
    orders: int
    buyers: int
    top_orders: int
    is_top_buyer: bool
    week_orders: int
    usual_week: float | None


@dataclass(frozen=True)
class RingFacts:
    """A ring, suspected or confirmed, that the buyer (or only the shop: `is_through_shop`) belongs to."""

    id: str
    kind: Kind
    role: Role
    is_confirmed: bool
    score: int
    is_through_shop: bool
