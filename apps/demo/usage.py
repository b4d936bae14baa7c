"""What becomes of goods after they are paid: delivered at once, looked at, used up; each kind in its own way."""

import random
from datetime import datetime, timedelta
from enum import StrEnum

from apps.demo.hours import minutes
from apps.demo.trade import Bought, Goods, Language
from apps.marketplace.models import Category, DeliveryStatus


class Use(StrEnum):
    """How far a customer went."""

    NONE = "none"
    VIEWED = "viewed"
    PART = "part"
    ALL = "all"


CODES = frozenset({Category.GIFT_CARD, Category.VOUCHER})
RUNNING = frozenset({Category.MEMBERSHIP, Category.SUBSCRIPTION})

_SLOW = {Category.PHYSICAL: (1.4, 4.5), Category.SERVICE: (0.2, 3.0)}
_EVIDENCE = {
    Category.GAME_CURRENCY: ("游戏服消费日志 {small} 条", "Game server log, {small} entries"),
    Category.TOP_UP: ("游戏服消费日志 {small} 条", "Game server log, {small} entries"),
    Category.IN_GAME_ITEM: ("道具装备记录 {small} 条", "Item equipped, {small} entries"),
    Category.GIFT_CARD: ("卡密核销流水 {large}", "Redemption no. {large}"),
    Category.VOUCHER: ("门店核销流水 {large}", "Redeemed in store, no. {large}"),
    Category.MEMBERSHIP: ("会员权益使用 {small} 次", "Benefits used {small} times"),
    Category.SUBSCRIPTION: ("加速时长记录 {small} 条", "{small} sessions"),
    Category.DIGITAL_CONTENT: ("阅读/播放记录 {small} 条", "{small} plays or downloads"),
    Category.SERVICE: ("服务完成单 {large}", "Service slip {large}"),
}


def bought(
    chance: random.Random,
    goods: Goods,
    *,
    paid_at: datetime,
    now: datetime,
    use: Use,
    used_at: datetime | None = None,
    percent: int = 0,
    quantity: int = 1,
    amount: int | None = None,
    language: Language = Language.CHINESE,
) -> Bought:
    """Return a line. What would lie after `now` has not happened yet; `percent` says how much Use.PART is."""
    delivered_at = paid_at + _delivery_time(chance, goods.category)
    charged = goods.face * quantity if amount is None else amount
    if delivered_at > now:
        return Bought(goods, quantity, charged, DeliveryStatus.UNDELIVERED, None)
    is_used = use is not Use.NONE and used_at is not None and used_at <= now
    if goods.category is Category.PHYSICAL or not is_used:
        untouched = None if goods.category in {*CODES, Category.PHYSICAL} else 0
        return Bought(goods, quantity, charged, DeliveryStatus.DELIVERED, delivered_at, untouched)
    if used_at is not None and goods.category in CODES:
        return _code(chance, Bought(goods, quantity, charged, DeliveryStatus.VIEWED, used_at), use, language)
    return Bought(
        goods,
        quantity,
        charged,
        DeliveryStatus.DELIVERED,
        delivered_at,
        100 if use is Use.ALL else percent,
        used_at,
        _evidence(chance, goods.category, language),
    )


def _code(chance: random.Random, viewed: Bought, use: Use, language: Language) -> Bought:
    """A code that was looked at may have been redeemed too, which is known only when the issuer tells."""
    if use is not Use.ALL or viewed.delivered_at is None:
        return viewed
    return Bought(
        viewed.goods,
        viewed.quantity,
        viewed.amount,
        viewed.delivery,
        viewed.delivered_at,
        100,
        viewed.delivered_at,
        _evidence(chance, viewed.goods.category, language),
    )


def _delivery_time(chance: random.Random, category: Category) -> timedelta:
    if category in _SLOW:
        return minutes(24 * 60 * chance.uniform(*_SLOW[category]))
    return timedelta(seconds=chance.randint(1, 25))


def _evidence(chance: random.Random, category: Category, language: Language) -> str:
    chinese, english = _EVIDENCE[category]
    pattern = chinese if language is Language.CHINESE else english
    return pattern.format(small=chance.randint(2, 18), large=chance.randrange(10**11, 10**12))
