from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_mails_under_way")]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="notice_mailed_is_not_due",
        ),
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_mail_due",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="mail_due_at",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="mail_error",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="mail_tries",
        ),
        migrations.RemoveField(
            model_name="notice",
            name="mailed_at",
        ),
    ]
