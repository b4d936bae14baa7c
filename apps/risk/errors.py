"""Why a policy stays as it is."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted


@dataclass(frozen=True)
class PolicyFlaw:
    """One thing wrong with a policy: where (`factors.FAST_REFUND.bands[0].threshold`), in which line, and what.

    `line` is 0 when the policy did not come as a text.
    """

    path: str
    line: int
    detail: str


class PolicyUnknown(NotFound):
    """There is no such version."""

    code = "policy_unknown"
    title = _("Unknown policy version")
    message = _("There is no such version of the policy.")


class PolicyFlawed(Invalid):
    """It is no policy as it stands; `flaws` says where and why, never empty."""

    code = "policy_flawed"
    title = _("Policy with mistakes")
    message = _("The policy has mistakes: {first}")

    def __init__(self, flaws: list[PolicyFlaw]) -> None:
        super().__init__(first=": ".join(part for part in (flaws[0].path, flaws[0].detail) if part))
        self.flaws = flaws

    @property
    def extensions(self) -> dict[str, Any]:
        """Return every flaw."""
        return {"errors": [{"pointer": flaw.path, "line": flaw.line, "detail": flaw.detail} for flaw in self.flaws]}


class PolicyChangedMeanwhile(Conflict):
    """It does not stand as the person saw it."""

    code = "policy_changed_meanwhile"
    title = _("Policy changed meanwhile")
    message = _("Somebody changed or decided on this version meanwhile. Look at it again.")


class PolicyNotOpen(Conflict):
    """A step that its status does not allow."""

    code = "policy_not_open"
    title = _("Not possible any more")
    message = _("This version is {status}; that is not possible any more.")


class PolicyReasonMissing(Invalid):
    """Every step that others have to judge says why."""

    code = "policy_reason_missing"
    title = _("Reason missing")
    message = _("Say why; the next person will want to know.")


class NotTheAuthor(NotPermitted):
    """A draft is its author's."""

    code = "not_the_author"
    title = _("Somebody else's draft")
    message = _("Only who wrote this version may do that.")


class AuthorDecides(NotPermitted):
    """Nobody publishes or rejects what they wrote themselves."""

    code = "author_decides"
    title = _("A second person is needed")
    message = _("You wrote this version; another supervisor has to decide on it.")
