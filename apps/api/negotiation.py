"""Whether a caller takes JSON, the only form that answers have here (RFC 9110, 12.5.1)."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from apps.api.errors import AnswerTypeUnknown

# From the most particular to the least: the first that a caller names decides.
_OURS = ("application/json", "application/*", "*/*")


class JsonOrNothing(DefaultContentNegotiation):
    """REST framework's own ignores weights, so that `application/json;q=0` would ask for JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the one renderer. Raises AnswerTypeUnknown."""
        if not accepts_json(request.META.get("HTTP_ACCEPT", "")):
            raise AnswerTypeUnknown
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""


@lru_cache(maxsize=1000)
def accepts_json(header: str) -> bool:
    """Tell whether an Accept header lets JSON be sent; one that is missing or empty lets everything."""
    if not header.strip():
        return True
    weights = dict(_weighed(header))
    return next((weights[kind] for kind in _OURS if kind in weights), 0) > 0


def _weighed(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        media_type, *parameters = (word.strip().lower() for word in part.split(";"))
        weight = next((word.removeprefix("q=") for word in parameters if word.startswith("q=")), "1")
        yield media_type, _weight(weight)


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0
