"""Why an alert or a subscription stays as it is."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted


class AlertUnknown(NotFound):
    """There is no such alert."""

    code = "alert_unknown"
    title = _("Unknown alert")
    message = _("There is no such alert.")


class SeriesUnknown(NotFound):
    """There is no such monitor."""

    code = "monitor_unknown"
    title = _("Unknown monitor")
    message = _("There is no such monitor.")


class SubscriptionUnknown(NotFound):
    """The person has no such subscription."""

    code = "subscription_unknown"
    title = _("Unknown subscription")
    message = _("You have no such subscription.")


class AlertDecided(Conflict):
    """Somebody was faster, or it stands like that already."""

    code = "alert_decided"
    title = _("Alert decided already")
    message = _("Somebody has decided on this alert already. Look at it again.")


class AlertReasonMissing(Invalid):
    """An alert is dismissed for a reason."""

    code = "alert_reason_missing"
    title = _("Reason missing")
    message = _("Say why it is all right; the next person will want to know.")


class AlertNeedsPerson(NotPermitted):
    """Alerts are decided on, and told to, people."""

    code = "person_needed"
    title = _("A person has to do this")
    message = _("Alerts are decided on by people.")
