"""Every route of the REST face and every method, with the operations among them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.api.urls import urlpatterns
from apps.api.views.base import ApiView

METHODS = "GET HEAD POST PUT PATCH DELETE OPTIONS TRACE CONNECT PROPFIND QUERY FOO-BAR GETT".split()
# What stands for parts of addresses: nothing that exists.
UNKNOWN = "unknown-17"


@dataclass(frozen=True)
class Route:
    """One address; `methods` are those that do something."""

    template: str
    view: type[ApiView]

    @property
    def path(self) -> str:
        """The address with unknown identifiers in it."""
        return "/" + re.sub(r"<[^>]+>", UNKNOWN, self.template)

    @property
    def methods(self) -> list[str]:
        """Methods that the view answers, HEAD and OPTIONS included."""
        named = [name.upper() for name in self.view.http_method_names if hasattr(self.view, name)]
        return named + (["HEAD"] if "GET" in named and "HEAD" not in named else [])

    @property
    def is_open(self) -> bool:
        """Whether everybody may ask, without a key."""
        return not self.view.required_scopes

    @property
    def names_something(self) -> bool:
        """Whether the address holds an identifier."""
        return "<" in self.template


ROUTES = [Route(str(pattern.pattern), vars(pattern.callback)["view_class"]) for pattern in urlpatterns]


def operations() -> Iterator[tuple[Route, str]]:
    """Yield each route that needs a key with each of its methods that does something."""
    for route in ROUTES:
        if not route.is_open:
            for method in route.methods:
                if method != "OPTIONS":
                    yield route, method
