"""What clients can be told. The words of the contract, in the one place that everything above reads."""

from enum import StrEnum


class EventType(StrEnum):
    """One kind of news about a refund."""

    PENDING_REVIEW = "refund.pending_review"
    INFORMATION_REQUESTED = "refund.information_requested"
    HELD = "refund.held"
    HOLD_CHANGED = "refund.hold_changed"
    RECALLED = "refund.recalled"
    RELEASED = "refund.released"
    PAID = "refund.paid"
    PAYOUT_FAILED = "refund.payout_failed"
    DENIED = "refund.denied"
    WITHDRAWN = "refund.withdrawn"
    APPEALED = "refund.appealed"


# A ping that a client asks for. It goes to one endpoint, is tried once, and is in no list of events.
TEST_EVENT_TYPE = "webhook.test"
