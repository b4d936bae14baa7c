"""The language of problem texts: Accept-Language alone decides, for no cookie or session belongs to a client."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header


def language_of(request: HttpRequest) -> str:
    """Return the code of the best language that the product speaks."""
    header = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    return _best(header[:200]) if header else settings.LANGUAGE_CODE


@lru_cache(maxsize=1000)
def _best(header: str) -> str:
    for language, quality in parse_accept_lang_header(header):
        # The least wanted come last; nought is what the caller does not want at all.
        if language == "*" or quality == 0:
            break
        try:
            return get_supported_language_variant(language)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
