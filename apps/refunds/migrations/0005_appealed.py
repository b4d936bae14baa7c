from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("refunds", "0004_contexts")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="is_appealed",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
