"""Small marks that templates draw: icons, thin bars, times, ids."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

from django import template
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from apps.console import wording

register = template.Library()


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon of static/icons.svg; the words beside it carry the meaning, so it is hidden from readers."""
    return format_html(
        '<svg class="icon-mark" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("icons.svg"),
        name,
    )


@register.simple_tag
def language_tag() -> str:
    """Return the active language as BCP 47 writes it: ``zh-Hans``, ``en``."""
    return wording.language_tag(get_language())


@register.simple_tag
@lru_cache(maxsize=1000)
def bar(percent: int, tone: str = "") -> SafeString:
    """Draw a thin bar filled to `percent` (0-100); the number itself stands in the text beside it."""
    return format_html(
        '<svg class="share" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" width="100" height="4"/><rect class="fill{}" width="{}" height="4"/></svg>',
        f" fill-{tone}" if tone else "",
        max(0, min(100, percent)),
    )


@register.simple_tag
@cache
def bars(filled: int) -> SafeString:
    """Draw four bars, each higher than the one before, so many of them filled; the word stands beside them."""
    drawn = format_html_join(
        "",
        '<rect{} x="{}" y="{}" width="2.6" height="{}" rx=".6"/>',
        (
            (mark_safe(' class="on"') if place < filled else "", f"{3.8 * place:g}", 9 - 3 * place, 3 + 3 * place)
            for place in range(4)
        ),
    )
    return format_html('<svg viewBox="0 0 14 12" aria-hidden="true" focusable="false">{}</svg>', drawn)


@register.simple_tag
def moment(at: datetime, style: str = "short") -> SafeString:
    """Write an instant in the person's time zone; the exact one, with its zone, is on hover."""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(timespec="seconds"),
        wording.exact_moment(local),
        wording.written_moment(local, style),
    )


@dataclass(frozen=True)
class Undo:
    """Where what a message tells is undone, and until when."""

    address: str
    until: str


@register.filter
def undo_of(message: Message) -> Undo | None:
    """Return what a message offers to undo, as `views.decisions` marked it."""
    words = (message.extra_tags or "").split()
    if len(words) != 3 or words[0] != "undo":
        return None
    name = "console:undo_together" if words[1].startswith("bat_") else "console:undo"
    return Undo(reverse(name, args=[words[1]]), words[2])


@register.filter
def shortened(identifier: str) -> str:
    """Shorten an id in the middle, where ids differ least."""
    return wording.shortened(identifier)
