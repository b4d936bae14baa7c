"""Mark the refunds that were appealed before refunds said so themselves."""

from django.db import migrations

_MARK = """
UPDATE refunds_refund SET is_appealed = TRUE WHERE id IN (
    SELECT c.refund_id FROM reviews_appeal a JOIN reviews_reviewcase c ON c.id = a.case_id
)
"""


class Migration(migrations.Migration):
    dependencies = [("refunds", "0005_appealed"), ("reviews", "0003_appeals")]

    operations = [migrations.RunSQL(_MARK, migrations.RunSQL.noop)]
