"""/refunds/batch."""

from django.utils.translation import gettext_lazy as _

from apps.api.openapi.declarations import Answer, Body, Header, Idempotency, Operation
from apps.api.openapi.tags import Tag
from apps.api.records import BatchRecord
from apps.api.views.batch import BatchDocument, RefundBatch
from apps.refunds.records import RefundRecord

OPERATIONS = {
    (RefundBatch, "POST"): Operation(
        "submitRefunds",
        Tag.REFUNDS,
        _("Submit many refunds"),
        _(
            "Up to 1,000 refunds at once, several times faster than one by one. Each has a result of its own, in "
            "their order, with the status that a request of its own would have met. One that is refused never spoils "
            "the others."
        ),
        (
            Answer(
                200,
                _("A result for each refund."),
                BatchDocument,
                "batch_answer",
                (Header.CONTENT_LANGUAGE,),
            ),
        ),
        body=Body(
            BatchRecord,
            {"batch": _("Two refunds, the second of an order that was never sent")},
            items={"refunds": RefundRecord},
        ),
        idempotency=Idempotency.REQUIRED,
    ),
}
