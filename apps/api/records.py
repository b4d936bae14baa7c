"""Bodies that only the REST face knows."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints, WithJsonSchema

from apps.attachments.records import AttachmentRecord
from apps.common.records import NO_CONTROLS, NO_NUL, Identifier, Instant, LongText, Record, ShortText
from apps.identity.records import VerificationRecord
from apps.payouts.services.payout import PayoutResult
from apps.webhooks.event_types import EventType
from apps.webhooks.models import EndpointStatus
from apps.webhooks.receivers import LONGEST_URL
from apps.webhooks.services.endpoints import LONGEST_DESCRIPTION, EndpointChanges

MOST_REFUNDS = 1_000
ReceiverUrl = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_URL, pattern=NO_CONTROLS)]
Description = Annotated[str, StringConstraints(max_length=LONGEST_DESCRIPTION, pattern=NO_CONTROLS)]
# Described as what it takes to say something: one character that is no white space.
SAYS_SOMETHING = r"^[^\x00]*[^\x00\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\x00]*$"
AppealText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000, pattern=NO_NUL),
    WithJsonSchema({"type": "string", "maxLength": 2000, "pattern": SAYS_SOMETHING}),
]
EventTypes = Annotated[list[Annotated[EventType, Field(strict=False)]], Field(max_length=len(EventType))]


class BatchRecord(Record):
    """Refunds that come in together. Each is read by itself, so that one that is wrong does not spoil the others."""

    refunds: Annotated[list[Any], Field(min_length=1, max_length=MOST_REFUNDS)]


class WithdrawalRecord(Record):
    """The customer takes the request back, and perhaps says why."""

    reason: ShortText | None = None


class InformationRecord(Record):
    """What the customer answered to an information request."""

    text: LongText | None = None
    verification: VerificationRecord | None = None
    attachments: list[AttachmentRecord] | None = None


class AppealRecord(Record):
    """Why a denial should be looked at again."""

    text: AppealText
    attachments: list[AttachmentRecord] | None = None


class PayoutRecord(Record):
    """What the client did with released money."""

    result: Annotated[PayoutResult, Field(strict=False)]
    reference: Identifier
    at: Instant
    failure_reason: ShortText | None = None


class EndpointRecord(Record):
    """Where events shall go, and which; all of them when none is named."""

    url: ReceiverUrl
    description: Description = ""
    event_types: EventTypes = []


class EndpointChangeRecord(Record):
    """What shall be different about an endpoint; what is left out stays as it is."""

    url: ReceiverUrl = ""
    description: Description = ""
    event_types: EventTypes = []
    status: Annotated[EndpointStatus, Field(strict=False)] = EndpointStatus.ENABLED

    @property
    def changes(self) -> EndpointChanges:
        """The changes apart from the defaults."""
        told: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        return EndpointChanges(**told)


class ReplayRecord(Record):
    """From which event on an endpoint wants everything again; that event itself is not sent."""

    after: Identifier
