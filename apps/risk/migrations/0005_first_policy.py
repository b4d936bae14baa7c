"""Publish the policy that the product comes with as version 1."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

from apps.common.identifiers import new_identifier
from apps.risk.policy.shipped import SHIPPED_NUMBER, shipped_policy


def publish(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    now = timezone.now()
    apps.get_model("risk", "PolicyVersion").objects.create(
        id=new_identifier("pol"),
        number=SHIPPED_NUMBER,
        status="published",
        document=shipped_policy().model_dump(mode="json", exclude_none=True),
        created_at=now,
        changed_at=now,
        proposed_at=now,
        decided_at=now,
    )


class Migration(migrations.Migration):
    dependencies = [("risk", "0004_policy_versions")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
