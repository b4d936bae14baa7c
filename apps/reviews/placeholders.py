"""Placeholders in texts for customers: `{amount}` becomes what this refund asks for, in the customer's language."""

import re
from collections.abc import Callable, Mapping

from babel.dates import format_date
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.common.money import written
from apps.refunds.models import Refund

PLACEHOLDERS: dict[str, str | Promise] = {
    "reference": _("the client’s reference of the refund"),
    "order": _("the client’s id of the order"),
    "amount": _("what is asked for"),
    "shop": _("the shop’s name"),
    "goods": _("the titles of the goods"),
    "requested_on": _("the day of the request"),
}
_PLACEHOLDER = re.compile(r"\{(\w{1,40})\}", re.ASCII)
_LOCALES = {"zh-hans": "zh_Hans_CN"}
_BETWEEN = {"zh-hans": "、"}

_VALUES: dict[str, Callable[[Refund, str], str]] = {
    "reference": lambda refund, _language: refund.reference,
    "order": lambda refund, _language: refund.order.external_id,
    "amount": lambda refund, language: written(refund.amount, refund.currency, language),
    "shop": lambda refund, _language: str(refund.shop),
    "goods": lambda refund, language: _BETWEEN.get(language, ", ").join(_titles(refund)),
    "requested_on": lambda refund, language: str(
        format_date(timezone.localtime(refund.requested_at).date(), "long", locale=_LOCALES.get(language, "en_GB"))
    ),
}


def unknown_placeholders(text: str) -> list[str]:
    """Return what looks like a placeholder and is none, in order."""
    return [name for name in dict.fromkeys(_PLACEHOLDER.findall(text)) if name not in PLACEHOLDERS]


def filled(text: str, refund: Refund) -> str:
    """Put what is true of a refund in the place of its placeholders; anything else in braces stays as it is."""
    return filler(refund)(text)


def filler(refund: Refund) -> Callable[[str], str]:
    """Return what fills texts about one refund; each value is found when it is first needed, and once."""
    found: dict[str, str] = {}

    def value_of(placeholder: re.Match[str]) -> str:
        name = placeholder[1]
        if name not in _VALUES:
            return placeholder[0]
        if name not in found:
            found[name] = _VALUES[name](refund, refund.client.language)
        return found[name]

    return lambda text: _PLACEHOLDER.sub(value_of, text)


def filled_with(values: Mapping[str, str], text: str) -> str:
    """Put examples in the place of placeholders."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def _titles(refund: Refund) -> list[str]:
    parts = refund.lines.select_related("line").order_by("line__position", "id")
    lines = [part.line for part in parts] or list(refund.order.lines.order_by("position", "id"))
    return [line.title for line in lines]
