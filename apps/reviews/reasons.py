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

# A denial for any other reason says nothing about other accounts.
_TELLING = frozenset({DecisionReason.SUSPECTED_CASH_OUT.value})


def is_telling(outcome: str, reason_code: str) -> bool:
    """Tell whether a decision says something about linked accounts."""
    return outcome == DecisionOutcome.DENY and reason_code in _TELLING
