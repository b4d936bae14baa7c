"""Refusals: the facts for which a request is turned down.

A service raises the refusal that names the fact; a face turns its kind into a
status (REST) or a region (page). Anything else that escapes is a bug.
"""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Base of all refusals.

    `code` is stable and for machines; `title` and `detail` are for people and
    are translated when read. `pointer` is a JSON Pointer into the request body
    where one place is to blame. `extensions` become members of the problem
    document.
    """

    code: ClassVar[str] = "refused"
    title: ClassVar[str | Promise] = _("Refused")
    message: ClassVar[str | Promise] = _("The request was refused.")

    def __init__(self, *, pointer: str | None = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.pointer = pointer
        self.facts = facts

    @property
    def detail(self) -> str:
        """What happened, in the active language, with the facts filled in."""
        return str(self.message).format(**self.facts)

    @property
    def extensions(self) -> dict[str, Any]:
        """Facts that a machine may want, JSON-ready."""
        return {}

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}"


class NotFound(Refusal):
    """The thing does not exist for this actor."""

    code = "not_found"
    title = _("Not found")
    message = _("There is no such object.")


class NotPermitted(Refusal):
    """This actor may not do this."""

    code = "not_permitted"
    title = _("Not permitted")
    message = _("You may not do this.")


class Conflict(Refusal):
    """The present state does not allow it."""

    code = "conflict"
    title = _("Conflict")
    message = _("The present state does not allow this.")


class Invalid(Refusal):
    """The request is well formed, but what it says cannot be."""

    code = "invalid"
    title = _("Invalid request")
    message = _("The request cannot be carried out as it stands.")


class SeveralInvalid(Invalid):
    """Several things are wrong with one request; each has its own pointer."""

    def __init__(self, problems: list[Invalid]) -> None:
        super().__init__()
        self.problems = problems

    @property
    def detail(self) -> str:
        return " ".join(problem.detail for problem in self.problems)
