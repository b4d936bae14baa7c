"""Writing down what somebody outside reports about an account; its held money comes back to review by a tick."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import Action
from apps.audit.services import audit_record
from apps.common.actors import Actor
from apps.refunds.models import Refund
from apps.reviews.errors import ReportUnfit
from apps.reviews.models import AdverseReport, ReportSource
from apps.staff.models import Person

LONGEST_REPORT = 4000


@transaction.atomic
def account_report(
    refund: Refund, *, source: str, text: str, person: Person, actor: Actor, now: datetime
) -> AdverseReport:
    """Keep an adverse report about the account that asks for a refund. Raises ReportUnfit."""
    if source not in ReportSource.values:
        raise ReportUnfit(pointer="/source")
    if not text.strip():
        raise ReportUnfit(pointer="/text")
    report = AdverseReport.objects.create(
        account_id=refund.account_id,
        source=source,
        text=text.strip()[:LONGEST_REPORT],
        reported_by=person,
        reported_at=now,
        recall_due_at=now,
    )
    audit_record(
        Action.ACCOUNT_REPORTED,
        actor=actor,
        now=now,
        refund_id=refund.pk,
        subject=refund.account.external_id[:80],
        changes={"source": source},
        reason=report.text,
    )
    return report
