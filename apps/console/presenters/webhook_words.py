"""States and failures of webhooks, in words."""

from datetime import datetime

from django.utils.translation import gettext as _

from apps.console import wording
from apps.console.presenters.marks import State
from apps.webhooks.models import (
    AttemptError,
    DeliveryStatus,
    DisabledReason,
    EndpointStatus,
    WebhookDelivery,
    WebhookEndpoint,
)
from apps.webhooks.overviews import MOST_COUNTED, Overview


def endpoint_state(endpoint: WebhookEndpoint, overview: Overview, now: datetime) -> State:
    """Return how an endpoint stands: off, paused, failing, or well."""
    if endpoint.status == EndpointStatus.DISABLED:
        return State(_("Disabled"), "none" if _is_meant(endpoint) else "bad", "circle-x")
    if endpoint.paused_until is not None and endpoint.paused_until > now:
        return State(_("Paused"), "warn", "hourglass")
    if overview.is_failing:
        return State(_("Failing"), "bad", "alert-triangle")
    return State(_("Enabled"), "good", "circle-check")


def state_reason(endpoint: WebhookEndpoint, now: datetime) -> str:
    """Say why nothing goes out, empty while something does."""
    if endpoint.status == EndpointStatus.DISABLED:
        return str(endpoint.get_disabled_reason_display())
    if endpoint.paused_until is not None and endpoint.paused_until > now:
        return _("Its receiver asked for patience for %(span)s more") % {
            "span": wording.duration(endpoint.paused_until - now)
        }
    return ""


def delivery_state(delivery: WebhookDelivery) -> State:
    """Return how far a delivery has come; one that is pending waits for its first try or for another."""
    if delivery.status == DeliveryStatus.DONE:
        return State(_("Delivered"), "good", "circle-check")
    if delivery.status == DeliveryStatus.DEAD:
        return State(_("Dead"), "bad", "circle-x")
    if delivery.failures:
        return State(_("Retrying"), "warn", "refresh")
    return State(_("Not tried yet"), "none", "clock")


def failure_words(status_code: int | None, error: str) -> str:
    """Say what went wrong with a try."""
    if status_code is None:
        return str(AttemptError(error).label) if error in AttemptError.values else error
    told = {"status": status_code}
    if 300 <= status_code < 400:
        return _("Answered %(status)s; redirects are not followed") % told
    if status_code == 410:
        return _("Answered 410: gone for good")
    if status_code == 429:
        return _("Answered 429: too many at once")
    if status_code >= 500:
        return _("Answered %(status)s: a fault of the receiver") % told
    return _("Answered %(status)s: not accepted") % told


def result_words(status_code: int | None, error: str) -> str:
    """Say what came of a try."""
    if status_code is not None and 200 <= status_code < 300:
        return _("Answered %(status)s") % {"status": status_code}
    return failure_words(status_code, error)


def counted(count: int) -> str:
    """Write a number that is only counted up to a bound."""
    return f"{count:,}+" if count >= MOST_COUNTED else f"{count:,}"


def took(milliseconds: int) -> str:
    """Write how long something took: ``85 ms``, ``1.2 s``."""
    if milliseconds < 1000:
        return _("%(ms)d ms") % {"ms": milliseconds}
    return _("%(seconds).1f s") % {"seconds": milliseconds / 1000}


def _is_meant(endpoint: WebhookEndpoint) -> bool:
    return endpoint.disabled_reason in (DisabledReason.REQUESTED, DisabledReason.SUPERVISOR)
