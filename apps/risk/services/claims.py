"""Keeping what customers wrote in a form in which it can be found again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from apps.refunds.drafts import RefundDraft
from apps.risk.models import ClaimBand
from apps.risk.selectors.claims import DAYS
from apps.risk.texts import bands_of

_BATCH = 10_000


def claim_bands(drafts: Sequence[RefundDraft]) -> list[ClaimBand]:
    """Return the bands of the claims of refunds that come in; the caller inserts them with the refunds."""
    return [
        ClaimBand(
            client_id=refund.client_id,
            band=band,
            requested_at=refund.requested_at,
            account_id=refund.account_id,
            refund_id=refund.pk,
        )
        for refund in (draft.refund for draft in drafts)
        for band in bands_of(refund.reason_text)
    ]


def claim_bands_forget(*, now: datetime) -> int:
    """Delete bands too old to be compared with, the oldest ten thousand at the most; returns how many."""
    oldest = ClaimBand.objects.order_by("pk").values_list("pk", "requested_at")[:_BATCH]
    old = [pk for pk, requested_at in oldest if requested_at < now - timedelta(days=DAYS)]
    deleted, _ = ClaimBand.objects.filter(pk__in=old).delete()
    return deleted
