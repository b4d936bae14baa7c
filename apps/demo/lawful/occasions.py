"""Why honest people ask for their money back, and how such a request looks."""

from dataclasses import dataclass

from apps.demo.usage import Use
from apps.marketplace.models import Category
from apps.refunds.models import ReasonCode

_MONEY_IN_GAMES = (Category.GAME_CURRENCY, Category.TOP_UP)
_GAMES = (*_MONEY_IN_GAMES, Category.IN_GAME_ITEM)
_GIFTS = (Category.GIFT_CARD,)
_RUNNING = (Category.MEMBERSHIP, Category.SUBSCRIPTION)

_HOUR = 60.0
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class Occasion:
    """One kind of request.

    `waits` are the minutes from the payment to the request, `percent` the
    bounds of the part that is used; `words` names the texts. `again` means
    that the same goods were bought a minute before.
    """

    words: str
    reason: ReasonCode
    categories: tuple[Category, ...]
    waits: tuple[float, float]
    use: Use = Use.NONE
    percent: tuple[int, int] = (0, 0)
    again: bool = False
    elsewhere: bool = False


WRONG_REGION = Occasion("wrong_region", ReasonCode.ACCIDENTAL_PURCHASE, _MONEY_IN_GAMES, (4, 95))
CHILD_TAP = Occasion("child_tap", ReasonCode.ACCIDENTAL_PURCHASE, _GAMES, (3, 240))
CHILD = Occasion("child", ReasonCode.MINOR_PURCHASE, _GAMES, (2 * _HOUR, 3 * _DAY), Use.ALL, (100, 100))
CHILD_AT_HOME = Occasion(
    words="child_at_home",
    reason=ReasonCode.MINOR_PURCHASE,
    categories=(Category.MEMBERSHIP,),
    waits=(2 * _HOUR, 3 * _DAY),
    use=Use.PART,
    percent=(3, 30),
)
DUPLICATE = Occasion("duplicate", ReasonCode.DUPLICATE_CHARGE, (*_GAMES, *_RUNNING), (2, 50), again=True)
RENEWAL = Occasion("renewal", ReasonCode.CHANGED_MIND, _RUNNING, (5 * _HOUR, 2 * _DAY), Use.PART, (1, 9))
WRONG_CARD = Occasion("wrong_card", ReasonCode.ACCIDENTAL_PURCHASE, _GIFTS, (4, 180))
CODE_REJECTED = Occasion("code_rejected", ReasonCode.DEFECTIVE, _GIFTS, (15, 2 * _DAY), Use.VIEWED)
NOT_CREDITED = Occasion("not_credited", ReasonCode.NOT_DELIVERED, _MONEY_IN_GAMES, (25, 6 * _HOUR))
PART_USED = Occasion("part_used", ReasonCode.CHANGED_MIND, _GAMES, (3 * _HOUR, 4 * _DAY), Use.PART, (12, 45))
HALF_USED = Occasion("part_used", ReasonCode.CHANGED_MIND, _GAMES, (3 * _HOUR, 4 * _DAY), Use.PART, (52, 88))
LONG_USED = Occasion("long_used", ReasonCode.NOT_AS_DESCRIBED, _RUNNING, (20 * _DAY, 28 * _DAY), Use.PART, (91, 97))
PARCEL = Occasion("parcel", ReasonCode.NOT_AS_DESCRIBED, (Category.PHYSICAL,), (5 * _DAY, 9 * _DAY))
COACH_ABSENT = Occasion("coach_absent", ReasonCode.NOT_DELIVERED, (Category.SERVICE,), (3 * _HOUR, _DAY))
NOT_ME = Occasion("not_me", ReasonCode.UNAUTHORIZED, _GAMES, (5 * _HOUR, 3 * _DAY), Use.ALL, (100, 100))
NEW_CARD = Occasion("new_card", ReasonCode.CHANGED_MIND, _MONEY_IN_GAMES, (_HOUR, _DAY), elsewhere=True)
SHOP_CLOSED = Occasion("shop_closed", ReasonCode.NOT_AS_DESCRIBED, (Category.VOUCHER,), (_DAY, 6 * _DAY))

# How often each happened while the mall still settled everything by itself.
IN_THE_PAST = (
    (WRONG_REGION, 22.0),
    (CHILD_TAP, 14.0),
    (RENEWAL, 14.0),
    (DUPLICATE, 12.0),
    (NOT_CREDITED, 12.0),
    (WRONG_CARD, 10.0),
    (CODE_REJECTED, 6.0),
    (SHOP_CLOSED, 5.0),
    (PARCEL, 3.0),
    (COACH_ABSENT, 2.0),
)
