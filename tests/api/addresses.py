"""Addresses for tests of what all views share: one that notes shops, one that breaks in every way."""

from typing import ClassVar

from django.db import OperationalError
from django.http import HttpResponse
from django.urls import path

from apps.api.answers import answer, read_answer
from apps.api.checking import checked
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView, idempotent
from apps.clients.models import Scope
from apps.common.errors import Conflict, Invalid, NotPermitted, SeveralInvalid
from apps.common.records import Identifier, Record
from apps.marketplace.models import Shop
from apps.refunds.errors import RefundBusy, VersionStale
from apps.webhooks.errors import DeliveryUnderWay


class ShopName(Record):
    """The body of a note."""

    name: Identifier


class Notes(ApiView):
    """Notes one shop for each POST; the name "taken" is refused after the row was written."""

    required_scopes = {"GET": Scope.REFUNDS_READ, "POST": Scope.REFUNDS_WRITE}

    def get(self, request: ApiRequest) -> HttpResponse:
        return read_answer(request, {"shops": Shop.objects.filter(client=request.client).count()})

    @idempotent(required=True)
    def post(self, request: ApiRequest) -> HttpResponse:
        record = checked(ShopName, request.data)
        number = Shop.objects.filter(client=request.client).count() + 1
        Shop.objects.create(client=request.client, external_id=f"S-{number}", name=record.name)
        if record.name == "taken":
            raise Conflict
        return answer({"shop": f"S-{number}", "name": record.name}, status=201, headers={"Location": f"/S-{number}"})


class Breaking(ApiView):
    """Raises what the query names."""

    required_scopes = {"GET": Scope.EVENTS_READ, "PUT": Scope.EVENTS_READ}
    faults: ClassVar[dict[str, Exception]] = {
        "under-way": DeliveryUnderWay(delivery_id="dlv_1"),
        "busy": RefundBusy(refund_id="rfd_1"),
        "conflict": Conflict(),
        "database": OperationalError("server closed the connection"),
        "fault": ZeroDivisionError("a secret of the code"),
        "invalid": Invalid(pointer="/a/0"),
        "not-permitted": NotPermitted(),
        "several": SeveralInvalid([Invalid(pointer="/a"), Invalid(pointer="/b")]),
        "stale": VersionStale(version=7),
    }

    def get(self, request: ApiRequest) -> HttpResponse:
        raise self.faults[request.query_params["with"]]

    def put(self, request: ApiRequest) -> HttpResponse:
        return answer({"sent": request.data})


urlpatterns = [path("api/v1/notes", Notes.as_view()), path("api/v1/breaking", Breaking.as_view())]
