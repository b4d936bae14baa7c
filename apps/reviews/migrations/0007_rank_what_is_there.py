"""Give the cases that are there what the queue sorts and finds them by."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.common.money import major_units
from apps.reviews.pieces import pieces_of
from apps.reviews.ranking import review_value, worth

_AT_ONCE = 2_000


def rank(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill what was added by the migration before, some rows at a time."""
    cases = apps.get_model("reviews", "ReviewCase").objects.select_related("refund__assessment")
    cases = cases.defer("refund__assessment__facts", "refund__assessment__factors")
    last = ""
    while rows := list(cases.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        for case in rows:
            asked = float(major_units(case.refund.amount, case.refund.currency))
            case.score = case.refund.assessment.score
            case.worth = worth(asked, case.refund.currency, settings.REVIEWCONSOLE_RANKING_RATES)
            case.value = review_value(case.worth, case.score, case.due_at)
            case.pieces = pieces_of(case.refund.reason_text)
        cases.bulk_update(rows, ["score", "worth", "value", "pieces"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("reviews", "0006_queue_tools"), ("risk", "0007_claims_without_checks")]

    operations = [migrations.RunPython(rank, migrations.RunPython.noop)]
