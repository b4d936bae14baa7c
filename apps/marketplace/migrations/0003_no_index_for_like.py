from django.db import migrations

# Made beside the index of a prefixed id by earlier versions, in every app; nobody searches ids by LIKE.
INDEXES = """
    refunds_refund_id_de59c76a_like refunds_refundline_refund_id_171a5363_like payouts_hold_refund_id_3c2bcfdf_like
    reviews_note_refund_id_9bbd601c_like reviews_reviewcase_id_cbb4b8f2_like
    reviews_reviewcase_refund_id_944dc53a_like reviews_informationrequest_case_id_9f788cad_like
    reviews_decision_case_id_ba5558bc_like reviews_claim_case_id_fa878bc7_like
    risk_riskassessment_refund_id_66e34d5e_like webhooks_event_id_136b0861_like
    webhooks_webhookdelivery_id_c864ad1c_like webhooks_webhookendpoint_id_fb4b7cd8_like
""".split()


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0002_indexes_once")]

    operations = [
        migrations.RunSQL(f"DROP INDEX IF EXISTS {', '.join(INDEXES)}", reverse_sql=migrations.RunSQL.noop),
    ]
