"""Give the cases that are there the factor that leads them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from apps.reviews.likeness import leading_code

_AT_ONCE = 2_000


def lead(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the column, some rows at a time."""
    cases = apps.get_model("reviews", "ReviewCase").objects
    rows = cases.select_related("refund__assessment").defer("refund__assessment__facts", "pieces")
    last = ""
    while found := list(rows.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        for case in found:
            case.leading = leading_code(case.refund.assessment.factors)
        cases.bulk_update(found, ["leading"])
        last = found[-1].pk


class Migration(migrations.Migration):
    dependencies = [("reviews", "0009_linked_and_like"), ("risk", "0007_claims_without_checks")]

    operations = [migrations.RunPython(lead, migrations.RunPython.noop)]
