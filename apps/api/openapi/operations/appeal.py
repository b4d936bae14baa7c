"""/refunds/{id}/appeal and what it shares with the answer to an information request: attachments."""

from django.utils.translation import gettext_lazy as _

from apps.api.openapi.declarations import Answer, Body, Header, Idempotency, Operation
from apps.api.openapi.operations.refunds import EVIDENCE_REFUSALS, MOVE_REFUSALS
from apps.api.openapi.tags import Tag
from apps.api.records import AppealRecord
from apps.api.views.refunds import RefundAppeal
from apps.refunds.documents import RefundDocument
from apps.reviews.errors import AppealsUsedUp, AppealTextMissing, AppealTooLate

OPERATIONS = {
    (RefundAppeal, "POST"): Operation(
        "appealRefund",
        Tag.REFUNDS,
        _("Appeal a denial"),
        _(
            "The customer asks that a denial be looked at again, says why, and may send files in support. Somebody "
            "who had no part in the denial decides. How often and for how long a denial may be appealed is set by "
            "the operator: once, within 30 days, unless it says otherwise."
        ),
        (
            Answer(
                200,
                _("The refund as it is now."),
                RefundDocument,
                "refund_appealed",
                (Header.ETAG,),
            ),
        ),
        body=Body(AppealRecord, {"appeal": _("A text and a photograph")}),
        idempotency=Idempotency.OPTIONAL,
        checks_version=True,
        refusals=(*MOVE_REFUSALS, *EVIDENCE_REFUSALS, AppealTextMissing, AppealsUsedUp, AppealTooLate),
    ),
}
