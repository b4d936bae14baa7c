"""Mails that went out, wait or were given up are dispatches from now on; each notice says of which kind it is."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

# By how `about` begins; alerts are named by their ids.
KINDS = {"timer ": "system", "note ": "mention", "case ": "case", "alt_": "alert"}


def carry_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write a dispatch for each notice that had to do with a mail."""
    notice, dispatch = (apps.get_model("notifications", name) for name in ("Notice", "Dispatch"))
    for begins, kind in KINDS.items():
        notice.objects.filter(about__startswith=begins).update(kind=kind)
    rows = notice.objects.filter(Q(mail_due_at__isnull=False) | Q(mailed_at__isnull=False) | ~Q(mail_error=""))
    for one in rows.iterator(chunk_size=2000):
        state = "waiting" if one.mail_due_at else "sent" if one.mailed_at else "failed"
        dispatch.objects.create(
            notice=one,
            state=state,
            due_at=one.mail_due_at,
            tries=one.mail_tries,
            ended_at=None if one.mail_due_at else one.mailed_at or one.created_at,
            error=one.mail_error,
        )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_places")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
