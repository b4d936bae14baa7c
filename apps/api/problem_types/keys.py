"""Problems of API keys and idempotency keys."""

from django.utils.translation import gettext_lazy as _

from apps.api.errors import (
    CredentialsInvalid,
    CredentialsMissing,
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    NetworkNotAllowed,
    QuotaExceeded,
    RequestInFlight,
    ScopeMissing,
    TooManyWrongKeys,
)
from apps.api.problem_types.entry import ProblemType

ENTRIES = (
    ProblemType(
        CredentialsMissing(),
        _("The request came without an API key."),
        _("Send the header Authorization: Bearer rck_… with the key that a supervisor gave you."),
    ),
    ProblemType(
        CredentialsInvalid(),
        _("The key is unknown, expired or revoked. Which of these is told to nobody."),
        _("Check that the whole key was sent, without line breaks. If it was, ask a supervisor for a new one."),
    ),
    ProblemType(
        ScopeMissing(scope="refunds:write"),
        _("The key is valid, but was not made for this operation."),
        _("Use a key that has the scope in `scope`, or ask a supervisor for one."),
    ),
    ProblemType(
        NetworkNotAllowed(address="198.51.100.23"),
        _("The key is valid, but may be used from certain networks only, and the request came from elsewhere."),
        _("Send it from a network that the key is bound to, or ask a supervisor to change the networks."),
    ),
    ProblemType(
        QuotaExceeded(seconds=1, policies=["default"]),
        _("The key has asked more often than its quota allows. Nothing was done."),
        _("Wait for as long as Retry-After says. The header RateLimit tells on every answer how much is left."),
    ),
    ProblemType(
        TooManyWrongKeys(seconds=30),
        _("Too many requests from this address carried a key that is none."),
        _("Wait for as long as Retry-After says, and check the key before you send it again."),
    ),
    ProblemType(
        IdempotencyKeyMissing(),
        _("This operation makes something, and without a key nobody could repeat it safely."),
        _("Make a new random key for each new request, keep it, and send the same one with every retry."),
    ),
    ProblemType(
        IdempotencyKeyMalformed(),
        _("The header Idempotency-Key is neither a quoted string nor a plain token of 1 to 255 characters."),
        _('Send a UUID in double quotes: Idempotency-Key: "8e03978e-40d5-43dd-bc93-6894a57f9324".'),
    ),
    ProblemType(
        IdempotencyKeyReused(),
        _("This key was sent before with another method, path or body. Nothing was done."),
        _("Use a new key for a new request. For a retry, send exactly the bytes of the first time."),
    ),
    ProblemType(
        RequestInFlight(),
        _("The first request with this key has not been answered yet."),
        _("Wait for as long as Retry-After says, and send the same request again; you will get the first answer."),
    ),
)
