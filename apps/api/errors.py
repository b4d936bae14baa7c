"""Why a request is turned down before, or instead of, reaching a service."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.common.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal
from apps.common.records import FieldProblem

REALM = "refund-review"


class Rejected(Refusal):
    """A refusal with a status, and perhaps headers, of its own."""

    status: ClassVar[int] = 400
    # A problem type that somebody else has registered; empty for ours.
    registered_type: ClassVar[str] = ""

    @property
    def headers(self) -> dict[str, str]:
        """Headers that go with the answer."""
        return {}


class CredentialsMissing(Rejected):
    """No key came with the request."""

    status = 401
    code = "credentials_missing"
    title = _("API key missing")
    message = _("Send your API key in the header Authorization: Bearer rck_…")

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": f'Bearer realm="{REALM}"'}


class CredentialsInvalid(Rejected):
    """A key came, but none that is valid now; which of the reasons is told to nobody."""

    status = 401
    code = "credentials_invalid"
    title = _("API key not accepted")
    message = _("The API key is unknown, expired or revoked.")

    @property
    def headers(self) -> dict[str, str]:
        return {"WWW-Authenticate": f'Bearer realm="{REALM}", error="invalid_token"'}


class NetworkNotAllowed(NotPermitted):
    """The key is valid, but not from there."""

    code = "network_not_allowed"
    title = _("Network not allowed")
    message = _("This API key is not accepted from {address}.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"address": self.facts["address"]}


class QuotaExceeded(Rejected):
    """The key has asked more often than its limit allows."""

    status = 429
    registered_type = "https://iana.org/assignments/http-problem-types#quota-exceeded"
    code = "quota_exceeded"
    title = _("Too many requests")
    message = _("The key has used up its limit. Try again in {seconds} s.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.facts["seconds"])}

    @property
    def extensions(self) -> dict[str, Any]:
        return {"violated-policies": self.facts["policies"]}


class TooManyWrongKeys(Rejected):
    """Too many keys from that address were none."""

    status = 429
    code = "too_many_wrong_keys"
    title = _("Too many wrong keys")
    message = _("Too many requests with a wrong API key came from this address. Try again in {seconds} s.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.facts["seconds"])}


class ScopeMissing(NotPermitted):
    """The key is valid, but not for this."""

    code = "scope_missing"
    title = _("Scope missing")
    message = _("This needs a key with the scope {scope}.")

    @property
    def extensions(self) -> dict[str, Any]:
        return {"scope": self.facts["scope"]}


class HostUnknown(Rejected):
    """The Host header names another server."""

    code = "host_unknown"
    title = _("Unknown host")
    message = _("This server does not answer for the host that the request names.")


class RequestUnreadable(Rejected):
    """The request line or query string is beyond all bounds."""

    code = "request_unreadable"
    title = _("Request not readable")
    message = _("The request cannot be read.")


class AddressUnknown(NotFound):
    """No operation lives at this path."""

    code = "address_unknown"
    title = _("Unknown address")
    message = _("There is nothing at this address.")


class MethodUnknown(Rejected):
    """The path exists, but not with this method."""

    status = 405
    code = "method_not_allowed"
    title = _("Method not allowed")
    message = _("{method} is not possible here, only: {allowed}.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Allow": self.facts["allowed"]}


class AnswerTypeUnknown(Rejected):
    """The caller accepts no media type that exists here."""

    status = 406
    code = "not_acceptable"
    title = _("Not acceptable")
    message = _("Answers are application/json; the Accept header excludes it.")


class _FieldsInvalid(Invalid):
    """Several places are wrong; `problems` lists them."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__()
        self.problems = problems


class ContentInvalid(_FieldsInvalid):
    """Fields of the body are missing, unknown or wrong."""

    code = "content_invalid"
    title = _("Invalid content")

    @property
    def detail(self) -> str:
        count = len(self.problems)
        return ngettext("%(count)d field is wrong.", "%(count)d fields are wrong.", count) % {"count": count}


class QueryInvalid(_FieldsInvalid):
    """Parameters of the query string are unknown or wrong; pointers name the parameter."""

    code = "query_invalid"
    title = _("Invalid query")

    @property
    def detail(self) -> str:
        count = len(self.problems)
        return ngettext("%(count)d parameter is wrong.", "%(count)d parameters are wrong.", count) % {"count": count}


class IdentifierDiffers(Invalid):
    """The body names another object than the path."""

    code = "id_differs"
    title = _("Identifiers differ")
    message = _("The body's id is not the one in the address.")


class IdempotencyKeyMissing(Rejected):
    """This operation makes something, so it must be possible to repeat it safely."""

    code = "idempotency_key_missing"
    title = _("Idempotency key missing")
    message = _("Send an Idempotency-Key header, so that the request can be repeated safely.")


class IdempotencyKeyMalformed(Rejected):
    """Neither a structured-field string nor a token."""

    code = "idempotency_key_malformed"
    title = _("Idempotency key malformed")
    message = _('An Idempotency-Key is a quoted string of 1 to 255 characters, such as "8e03978e-40d5-43dd-bc93".')


class IdempotencyKeyReused(Invalid):
    """The key belongs to another request."""

    code = "idempotency_key_reused"
    title = _("Idempotency key used before")
    message = _("This Idempotency-Key was sent with another request before. Use a new key for a new request.")


class RequestInFlight(Conflict):
    """The first request with this key still runs."""

    code = "idempotency_key_in_flight"
    title = _("Request still running")
    message = _("The first request with this Idempotency-Key is still running. Try again in a moment.")


class Unexpected(Rejected):
    """A fault of this server; the log has it under the request's id."""

    status = 500
    code = "unexpected"
    title = _("Unexpected error")
    message = _("Something went wrong here. It has been recorded under the request_id.")


class TemporarilyUnavailable(Rejected):
    """The database cannot be reached, or gave way to another transaction."""

    status = 503
    code = "temporarily_unavailable"
    title = _("Temporarily unavailable")
    message = _("The request could not be carried out just now. Try again in a moment.")

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": "1"}
