"""The declarations, by view and method."""

from rest_framework.views import APIView

from apps.api.openapi.declarations import Operation
from apps.api.openapi.operations import appeal, batch, description, events, history, marketplace, refunds, webhooks

DECLARED: dict[tuple[type[APIView], str], Operation] = {
    key: operation
    for part in (refunds, batch, appeal, marketplace, history, events, webhooks, description)
    for key, operation in part.OPERATIONS.items()
}


class OperationUndeclared(LookupError):
    """A view has a method that nobody described."""


def operation_of(view: type[APIView], method: str) -> Operation:
    """Return the declaration of a view's method. Raises OperationUndeclared."""
    try:
        return DECLARED[view, method]
    except KeyError:
        raise OperationUndeclared(f"{view.__name__} {method}") from None
