"""Why something about webhooks is turned down."""

from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, Invalid, NotFound


class EndpointUnknown(NotFound):
    """This client has no such endpoint."""

    code = "endpoint_unknown"
    title = _("Unknown webhook endpoint")
    message = _("There is no webhook endpoint {endpoint_id}.")


class DeliveryUnknown(NotFound):
    """This client has no such delivery."""

    code = "delivery_unknown"
    title = _("Unknown delivery")
    message = _("There is no delivery {delivery_id}.")


class EventUnknown(Invalid):
    """This client has no such event, or no longer."""

    code = "event_unknown"
    title = _("Unknown event")
    message = _("There is no event {event_id}. It may be older than events are kept.")


class ReceiverUrlInvalid(Invalid):
    """Not a URL that a webhook could be posted to."""

    code = "url_invalid"
    title = _("Invalid URL")
    message = _("This is not an absolute http or https URL of at most 2,000 characters.")


class ReceiverUrlHasCredentials(Invalid):
    """A user name or password in the URL would be in every log on the way."""

    code = "url_has_credentials"
    title = _("Invalid URL")
    message = _("The URL must not carry a user name or password. Check the signature instead.")


class ReceiverUrlNotSecure(Invalid):
    """Plain http is for the operator's own networks only."""

    code = "url_not_secure"
    title = _("Invalid URL")
    message = _("The URL must begin with https://. Plain http is only for networks that the operator has opened.")


class ReceiverAddressClosed(Invalid):
    """A private, local or otherwise special address."""

    code = "address_closed"
    title = _("Invalid URL")
    message = _("The address {address} is not open to webhooks.")


class DescriptionTooLong(Invalid):
    """A description is a line, not a text."""

    code = "description_too_long"
    title = _("Description too long")
    message = _("A description has at most {most} characters.")


class EventTypeUnknown(Invalid):
    """There is no such kind of event."""

    code = "event_type_unknown"
    title = _("Unknown event type")
    message = _("There is no event type {event_type}. The types are: {known}.")


class TooManyEndpoints(Conflict):
    """Every event goes to every endpoint, so their number is bounded."""

    code = "too_many_endpoints"
    title = _("Too many webhook endpoints")
    message = _("A client has at most {most} webhook endpoints. Remove one first.")


class EndpointIsDisabled(Conflict):
    """Nothing is sent to it now."""

    code = "endpoint_disabled"
    title = _("Webhook endpoint is disabled")
    message = _("The webhook endpoint {endpoint_id} is disabled. Enable it first.")


class EndpointChanged(Conflict):
    """Somebody changed it after it was read."""

    code = "endpoint_changed"
    title = _("Webhook endpoint was changed")
    message = _("The webhook endpoint {endpoint_id} was changed meanwhile. Look at it again first.")


class DeliveryUnderWay(Conflict):
    """It is being sent at this moment."""

    code = "delivery_under_way"
    title = _("Delivery is under way")
    message = _("The delivery {delivery_id} is being sent at this moment.")


class ReplayEmpty(Invalid):
    """A range has a beginning, and its end comes later."""

    code = "replay_empty"
    title = _("Nothing to replay")
    message = _("Name the event after which to begin, or a time, and no end that lies before it.")


class ReplayTooLong(Invalid):
    """More than one request should set in motion."""

    code = "replay_too_long"
    title = _("Too many events to replay")
    message = _("More than {most} events came after this one. Read them from the list of events instead.")
