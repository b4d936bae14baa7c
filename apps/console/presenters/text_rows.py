"""Texts for customers, ready to be written out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from apps.common.money import written
from apps.console import wording
from apps.console.context import language_name
from apps.reviews.models import CustomerText, DecisionOutcome, DecisionReason
from apps.reviews.placeholders import filled_with
from apps.reviews.reasons import REASONS_FOR
from apps.reviews.texts import ABOUT, INFORMATION, StandardTexts, shipped, standard_texts, texts_written

VERSIONS_SHOWN = 20


@dataclass(frozen=True)
class TextRow:
    """One thing that customers are told, and in which languages supervisors wrote it themselves."""

    about: str
    title: str
    used_for: str
    own_in: list[str]
    begins: str


@dataclass(frozen=True)
class TextForm:
    """The text in one language, with what it was before."""

    language: str
    tag: str
    name: str
    text: str
    shipped: str
    preview: str
    is_own: bool
    versions: list[CustomerText]
    errors: list[str]


def text_rows() -> list[TextRow]:
    """Return all texts. One statement for each language."""
    texts = {code: standard_texts(code) for code, _name in settings.LANGUAGES}
    active = texts.get(wording.active_language()) or standard_texts(wording.active_language())
    return [_row(about, texts, active) for about in ABOUT]


def text_forms(about: str, *, sent: tuple[str, str] | None = None, errors: list[str] | None = None) -> list[TextForm]:
    """Return the text in each language; `sent` is what was refused, by language."""
    return [_form(about, code, sent, errors or []) for code, _name in settings.LANGUAGES]


def text_title(about: str) -> str:
    """Return what the text is about."""
    return _("Request for information") if about == INFORMATION else str(DecisionReason(about).label)


def preview(text: str, language: str) -> str:
    """Return the text as a customer would read it, of a refund that is made up."""
    return filled_with(_examples(language), text)


def _row(about: str, texts: Mapping[str, StandardTexts], active: StandardTexts) -> TextRow:
    own_in = [language_name(code) for code, each in texts.items() if each.own.get(about)]
    return TextRow(about, text_title(about), _used_for(about), own_in, active.about(about))


def _used_for(about: str) -> str:
    if about == INFORMATION:
        return _("Request information")
    outcomes = [outcome for outcome, reasons in REASONS_FOR.items() if DecisionReason(about) in reasons]
    return " · ".join(str(outcome.label) for outcome in outcomes if outcome is not DecisionOutcome.APPROVE)


def _form(about: str, language: str, sent: tuple[str, str] | None, errors: list[str]) -> TextForm:
    is_sent = sent is not None and sent[0] == language
    own = texts_written(about, language)
    in_force = (own[0].text if own else "") or shipped(about, language)
    text = sent[1] if sent is not None and is_sent else in_force
    return TextForm(
        language=language,
        tag=wording.language_tag(language),
        name=language_name(language),
        text=text,
        shipped=shipped(about, language),
        preview=preview(text, language),
        is_own=bool(own and own[0].text),
        versions=own[:VERSIONS_SHOWN],
        errors=errors if is_sent else [],
    )


def _examples(language: str) -> dict[str, str]:
    locale = "zh_Hans_CN" if language == "zh-hans" else "en_GB"
    with translation.override(language):
        return {
            "reference": "R-20260901-0042",
            "order": "O-7781",
            "amount": written(64_800, "CNY", language),
            "shop": _("Starlight Game Shop"),
            "goods": _("6,480 Stardust"),
            "requested_on": str(format_date(date(2026, 9, 1), "long", locale=locale)),
        }
