"""Problems of requests as such: addresses, methods, versions, and what is nobody's fault."""

from typing import cast

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.api.errors import (
    AddressUnknown,
    AnswerTypeUnknown,
    ContentInvalid,
    HostUnknown,
    IdentifierDiffers,
    MethodUnknown,
    QueryInvalid,
    RequestUnreadable,
    TemporarilyUnavailable,
    Unexpected,
)
from apps.api.problem_types.entry import ProblemType
from apps.common.errors import SeveralInvalid
from apps.common.keysets import CursorUnreadable
from apps.common.records import FieldProblem
from apps.refunds.errors import CurrencyDiffers, RequestedInFuture

# Lazy, so that the examples speak the language of whoever reads them.
_WRONG_FIELD = FieldProblem("/amount", "integer_expected", cast(str, _("Must be a whole number.")))
_WRONG_PARAMETER = FieldProblem("/limit", "too_large", cast(str, format_lazy(_("Must be at most {bound}."), bound=200)))

ENTRIES = (
    ProblemType(
        ContentInvalid([_WRONG_FIELD]),
        _("The body was read, but fields are missing, unknown or of the wrong kind. Nothing was done."),
        _("Each entry of `errors` points at one field and says what it must be. Mend them all and send again."),
    ),
    ProblemType(
        SeveralInvalid(
            [
                CurrencyDiffers(pointer="/currency", expected="CNY", given="USD"),
                RequestedInFuture(pointer="/requested_at"),
            ]
        ),
        _("The fields are well formed, but what they say cannot be. Nothing was done."),
        _("Each entry of `errors` points at what is wrong. Mend them all and send again."),
    ),
    ProblemType(
        QueryInvalid([_WRONG_PARAMETER]),
        _("A parameter of the query string does not exist or has a value that it cannot have."),
        _("Each entry of `errors` names the `parameter`. A misspelt filter is refused: it would list everything."),
    ),
    ProblemType(
        CursorUnreadable(),
        _("The cursor was changed, cut, or belongs to another list."),
        _("Take `next_cursor` or the Link header exactly as it is, or begin again without a cursor."),
    ),
    ProblemType(
        IdentifierDiffers(pointer="/id"),
        _("The id in the body is another than the one in the address."),
        _("Leave the id out of the body, or make both the same."),
    ),
    ProblemType(
        AddressUnknown(),
        _("No operation lives at this path."),
        _("Compare the path with the description at /api/docs/. Ids in paths are percent-encoded."),
    ),
    ProblemType(
        MethodUnknown(method="PUT", allowed="GET, HEAD, OPTIONS, POST"),
        _("The path exists, but not with this method."),
        _("Use one of the methods in the header Allow."),
    ),
    ProblemType(
        AnswerTypeUnknown(),
        _("The header Accept excludes application/json, and there is nothing else."),
        _("Send Accept: application/json, or no Accept at all."),
    ),
    ProblemType(
        HostUnknown(),
        _("The header Host names a server that this one does not answer for."),
        _("Use the host name that the operator gave you. The operator sets REVIEWCONSOLE_ALLOWED_HOSTS."),
    ),
    ProblemType(
        RequestUnreadable(),
        _("The request line, a header or the query string is beyond what can be read."),
        _("Send fewer parameters and shorter headers."),
    ),
    ProblemType(
        Unexpected(),
        _("A fault of this server. Nothing was done, and the fault was recorded."),
        _("Send it again with the same Idempotency-Key. If it stays, tell the operator the `request_id`."),
    ),
    ProblemType(
        TemporarilyUnavailable(),
        _("The database could not be reached, or gave way to another request. Nothing was done."),
        _("Wait for as long as Retry-After says, and send it again with the same Idempotency-Key."),
    ),
)
