"""What the query strings of the lists may ask for."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from apps.api.checking import ListQuery
from apps.common.records import Identifier, Instant
from apps.refunds.models import RefundStatus
from apps.refunds.selectors import RefundFilter
from apps.webhooks.event_types import EventType
from apps.webhooks.models import DeliveryStatus


def _with_plus(text: Any) -> Any:
    """Put back the plus of an offset that was not escaped, and so came as a space; an instant holds no other."""
    return text.replace(" ", "+") if isinstance(text, str) else text


QueryInstant = Annotated[Instant, BeforeValidator(_with_plus)]


class RefundListQuery(ListQuery):
    """Filters of the list of refunds; all that are given must hold."""

    status: RefundStatus | None = None
    account_id: Identifier | None = None
    order_id: Identifier | None = None
    reference: Identifier | None = None
    created_after: QueryInstant | None = None
    created_before: QueryInstant | None = None

    @property
    def filters(self) -> RefundFilter:
        """The filters apart from the paging."""
        return RefundFilter(
            status=self.status.value if self.status else None,
            account_id=self.account_id,
            order_id=self.order_id,
            reference=self.reference,
            created_after=self.created_after,
            created_before=self.created_before,
        )


class EventListQuery(ListQuery):
    """Where to begin in the list of events, and which to list."""

    after: Identifier | None = None
    type: EventType | None = None


class DeliveryListQuery(ListQuery):
    """Which deliveries to list."""

    status: DeliveryStatus | None = None
