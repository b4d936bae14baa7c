"""/accounts, /shops, /orders, /transfers: what a client tells of its platform, one object at a time."""

from typing import Any, TypedDict

from django.http import HttpResponse

from apps.api.answers import answer
from apps.api.checking import checked
from apps.api.errors import IdentifierDiffers
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView
from apps.clients.models import Scope
from apps.identity.records import VerificationRecord
from apps.marketplace.documents import account_document, order_document, shop_document
from apps.marketplace.records import AccountRecord, OrderRecord, ShopRecord, TransferRecord
from apps.marketplace.services.absorb import absorb
from apps.marketplace.services.outcomes import Outcome
from apps.marketplace.services.put import account_put, shop_put
from apps.refunds.services.promises import order_correct
from apps.reviews.services.verification import verification_receive


class TransferTaken(TypedDict):
    """What became of a transfer: created, updated or unchanged."""

    id: str
    outcome: str


class _PutView(ApiView):
    """Creates (201) or updates (200), and answers the object as it is now."""

    required_scopes = {"PUT": Scope.HISTORY_WRITE}


class AccountDetail(_PutView):
    """One account."""

    def put(self, request: ApiRequest, account_id: str) -> HttpResponse:
        record = checked(AccountRecord, _identified(request.data, account_id))
        put = account_put(record, client_id=request.client.pk, now=request.now)
        return answer(account_document(put.row, now=request.now), status=_status(put.outcome))


class AccountVerification(ApiView):
    """Factors of one account, told as they change."""

    required_scopes = {"PATCH": Scope.HISTORY_WRITE}

    def patch(self, request: ApiRequest, account_id: str) -> HttpResponse:
        record = checked(VerificationRecord, request.data)
        account = verification_receive(
            account_id, record, client_id=request.client.pk, actor=request.actor, now=request.now
        )
        return answer(account_document(account, now=request.now))


class ShopDetail(_PutView):
    """One shop."""

    def put(self, request: ApiRequest, shop_id: str) -> HttpResponse:
        record = checked(ShopRecord, _identified(request.data, shop_id))
        put = shop_put(record, client_id=request.client.pk, now=request.now)
        return answer(shop_document(put.row), status=_status(put.outcome))


class OrderDetail(_PutView):
    """One order."""

    def put(self, request: ApiRequest, order_id: str) -> HttpResponse:
        record = checked(OrderRecord, _identified(request.data, order_id))
        put = order_correct(record, client_id=request.client.pk, now=request.now)
        return answer(order_document(put.row), status=_status(put.outcome))


class TransferDetail(_PutView):
    """One transfer; nothing of it can change but what the client just sent, so the answer is short."""

    def put(self, request: ApiRequest, transfer_id: str) -> HttpResponse:
        record = checked(TransferRecord, _identified(request.data, transfer_id))
        (outcome,) = absorb(client_id=request.client.pk, transfers=[record], now=request.now).transfer_outcomes
        document: TransferTaken = {"id": transfer_id, "outcome": outcome.value}
        return answer(document, status=_status(outcome))


def _identified(value: Any, identifier: str) -> Any:
    """Return the body with the address's id in it, which it may repeat but not contradict."""
    if not isinstance(value, dict):
        return value
    told = value.get("id", identifier)
    if isinstance(told, str) and told != identifier:
        raise IdentifierDiffers(pointer="/id")
    return {"id": identifier} | value


def _status(outcome: Outcome) -> int:
    return 201 if outcome is Outcome.CREATED else 200
