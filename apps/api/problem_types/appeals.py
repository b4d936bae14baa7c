"""Problems of appeals."""

from django.utils.translation import gettext_lazy as _

from apps.api.problem_types.entry import ProblemType
from apps.reviews.errors import AppealsUsedUp, AppealTextMissing, AppealTooLate

ENTRIES = (
    ProblemType(
        AppealTextMissing(pointer="/text"),
        _("An appeal says why the denial should be looked at again, and this one says nothing."),
        _("Send the customer's own words."),
    ),
    ProblemType(
        AppealsUsedUp(limit=1),
        _("The refund has been appealed as often as it may be; the last decision stands."),
        _("Tell the customer so. `limit` is how often a refund may be appealed."),
    ),
    ProblemType(
        AppealTooLate(until="2026-04-13T01:15:02Z"),
        _("The time in which the denial could be appealed is over."),
        _("Tell the customer so. `appealable_until` is when it ended."),
    ),
)
