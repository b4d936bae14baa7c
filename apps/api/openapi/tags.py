"""The groups of operations."""

from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Tag(Enum):
    """A group, in the order of the page."""

    REFUNDS = "refunds"
    MARKETPLACE = "marketplace"
    HISTORY = "history"
    EVENTS = "events"
    WEBHOOKS = "webhooks"
    DESCRIPTION = "description"


TITLES: dict[Tag, Promise] = {
    Tag.REFUNDS: _("Refunds"),
    Tag.MARKETPLACE: _("Orders and accounts"),
    Tag.HISTORY: _("History"),
    Tag.EVENTS: _("Events"),
    Tag.WEBHOOKS: _("Webhook endpoints"),
    Tag.DESCRIPTION: _("Description"),
}

DESCRIPTIONS: dict[Tag, Promise] = {
    Tag.REFUNDS: _("Submit refunds, follow them, and tell what became of the money."),
    Tag.MARKETPLACE: _("What you tell of accounts, shops, orders and transfers, one at a time. Each may be repeated."),
    Tag.HISTORY: _("What happened before, streamed line by line, any length."),
    Tag.EVENTS: _("Every change of a refund, in order, for at least 30 days."),
    Tag.WEBHOOKS: _("Where events are pushed to, and how each delivery fared. Signed after Standard Webhooks."),
    Tag.DESCRIPTION: _("This document."),
}
