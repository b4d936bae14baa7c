"""Keys of one stroke, and which of them a person chose otherwise.

Markup declares the usual key of an action; a person's own are put in its place
in the browser. Keys of two strokes lead to places and are everybody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KEYS: dict[str, str | Promise] = {
    "n": _("Claim next case"),
    "c": _("Claim this case; new client"),
    "b": _("Give the case back"),
    "o": _("Hand the case over"),
    "t": _("Take the case over"),
    "a": _("Approve; confirm the decision"),
    "h": _("Approve, hold"),
    "p": _("Partly approve"),
    "d": _("Deny; disagree"),
    "i": _("Request information"),
    "e": _("Escalate; edit; write the reason"),
    "r": _("Reason"),
    "z": _("Undo what you just did"),
    "j": _("Next row"),
    "k": _("Previous row; all linked cases"),
    "l": _("Add a tag"),
    "m": _("Write a note"),
    "v": _("Views of the queue"),
    "/": _("Search"),
    "?": _("Keyboard shortcuts"),
}
# Begins the keys of two strokes.
_PREFIX = "g"


@dataclass(frozen=True)
class KeyRow:
    """One action's key: the usual one, and the one in force."""

    usual: str
    label: str | Promise
    key: str


def key_rows(own: Mapping[str, str]) -> list[KeyRow]:
    """Return all actions with the key in force for each."""
    return [KeyRow(usual, label, own.get(usual, usual)) for usual, label in KEYS.items()]


def keys_read(sent: Mapping[str, str]) -> dict[str, str] | None:
    """Return the keys that differ from the usual ones, out of a form; None where two actions would share one.

    A field left empty brings the usual key back. A key is one sign that can be
    typed, whatever its case.
    """
    chosen = {usual: sent.get(usual, "").strip().lower() or usual for usual in KEYS}
    fits = all(len(key) == 1 and key.isprintable() and key != _PREFIX for key in chosen.values())
    if not fits or len(set(chosen.values())) != len(chosen):
        return None
    return {usual: key for usual, key in chosen.items() if key != usual}
