"""Why a factor is not shown, or not checked."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted


class NumberUnknown(NotFound):
    """The client never told the number, or keeps it to itself."""

    code = "number_unknown"
    title = _("Unknown number")
    message = _("The client never told this number in clear.")


class PurposeMissing(Invalid):
    """Whoever looks at a number says what for."""

    code = "purpose_missing"
    title = _("Purpose missing")
    message = _("Say what you need the number for.")


class RevealNeedsPerson(NotPermitted):
    """Numbers are shown to people alone."""

    code = "reveal_needs_person"
    title = _("A person has to do this")
    message = _("Numbers are shown to people alone.")


class NoProvider(Conflict):
    """The operator named no service that checks factors."""

    code = "no_provider"
    title = _("No verification service")
    message = _("No verification service is set up here: REVIEWCONSOLE_VERIFICATION_URL.")


class CheckUnderWay(Conflict):
    """The factor is being checked already."""

    code = "check_under_way"
    title = _("Check under way")
    message = _("This factor is being checked already.")
