"""Which reason codes lead to which decision, and what a customer can be told."""

from apps.reviews.models import DecisionOutcome, DecisionReason

REASONS_FOR: dict[DecisionOutcome, tuple[DecisionReason, ...]] = {
    DecisionOutcome.APPROVE: (
        DecisionReason.EXPLAINED,
        DecisionReason.GOOD_HISTORY,
        DecisionReason.NOT_USED,
        DecisionReason.MINOR_PURCHASE,
        DecisionReason.MERCHANT_FAULT,
    ),
    DecisionOutcome.PARTIAL: (
        DecisionReason.PART_CONSUMED,
        DecisionReason.MERCHANT_FAULT,
        DecisionReason.MINOR_PURCHASE,
    ),
    DecisionOutcome.DENY: (
        DecisionReason.CONSUMED,
        DecisionReason.SUSPECTED_CASH_OUT,
        DecisionReason.IDENTITY_UNVERIFIED,
        DecisionReason.TERMS_EXCLUDE,
        DecisionReason.NO_INFORMATION,
    ),
}
