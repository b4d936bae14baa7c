"""What parameters of addresses and queries mean."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOTES: Mapping[str, Promise] = {
    "our_id": _("The id that we gave it."),
    "own_id": _("Your own id, percent-encoded: opaque, 1 to 128 characters."),
    "limit": _("How many at most, 1 to 200."),
    "cursor": _("Where the page begins: `next_cursor` of the page before. Opaque."),
    "status": _("Only those of this status."),
    "account_id": _("Only those of this buyer's account, by your id."),
    "order_id": _("Only those of this order, by your id."),
    "reference": _("Only the one of this reference."),
    "created_after": _("Only those that came in after this instant."),
    "created_before": _("Only those that came in before this instant."),
    "after": _("Begin after this event, the last one that you have."),
    "type": _("Only events of this type."),
    "lang": _("The language of the descriptions: en or zh-hans. Accept-Language decides if it is left out."),
}
