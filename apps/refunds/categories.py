"""Which category speaks for a refund of several."""

from collections.abc import Collection

from apps.marketplace.models import Category

# The easiest to turn into cash first.
_BY_RESALE = [
    Category.GIFT_CARD,
    Category.GAME_CURRENCY,
    Category.TOP_UP,
    Category.VOUCHER,
    Category.IN_GAME_ITEM,
    Category.MEMBERSHIP,
    Category.SUBSCRIPTION,
    Category.DIGITAL_CONTENT,
    Category.SERVICE,
    Category.PHYSICAL,
    Category.OTHER,
]


def speaking_category(categories: Collection[str]) -> Category:
    """Return the category that policy and queues go by, out of those of the lines asked for."""
    return next((category for category in _BY_RESALE if category in categories), Category.OTHER)
