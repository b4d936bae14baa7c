"""/refunds and what can be done with one."""

from django.http import HttpResponse
from django.urls import reverse

from apps.api.answers import answer, list_answer, read_answer
from apps.api.checking import checked, checked_query
from apps.api.etags import expected_version
from apps.api.queries import RefundListQuery
from apps.api.records import AppealRecord, InformationRecord, PayoutRecord, WithdrawalRecord
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView, idempotent
from apps.api.views.evidence import EvidenceView, Prepared
from apps.clients.models import Scope
from apps.payouts.services.payout import payout_report
from apps.refunds.documents import refund_document
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.refunds.selectors import refund_of_client, refunds_of_client
from apps.reviews.services.appeal import appeal_possible, refund_appeal
from apps.reviews.services.information import information_expected, information_receive
from apps.reviews.services.intake import refund_intake
from apps.reviews.services.withdraw import refund_withdraw


class RefundCollection(ApiView):
    """Submitting refunds, and listing them newest first."""

    required_scopes = {"GET": Scope.REFUNDS_READ, "POST": Scope.REFUNDS_WRITE}

    def get(self, request: ApiRequest) -> HttpResponse:
        wanted = checked_query(RefundListQuery, request.query_params)
        page = refunds_of_client(request.client.pk, wanted.filters, limit=wanted.limit, cursor=wanted.cursor)
        return list_answer(request, page, refund_document)

    @idempotent(required=True, keeps_plans=True)
    def post(self, request: ApiRequest) -> HttpResponse:
        record = checked(RefundRecord, request.data)
        refund = refund_intake(record, client=request.client, actor=request.actor, now=request.now)
        return _changed(refund, status=201, headers={"Location": reverse("api:refund", args=[refund.id])})


class RefundDetail(ApiView):
    """One refund."""

    required_scopes = {"GET": Scope.REFUNDS_READ}

    def get(self, request: ApiRequest, refund_id: str) -> HttpResponse:
        refund = refund_of_client(refund_id, client_id=request.client.pk)
        return read_answer(request, refund_document(refund), version=refund.version)


class RefundWithdrawal(ApiView):
    """The customer takes the request back."""

    required_scopes = {"POST": Scope.REFUNDS_WRITE}

    @idempotent()
    def post(self, request: ApiRequest, refund_id: str) -> HttpResponse:
        record = checked(WithdrawalRecord, request.data)
        refund = refund_withdraw(
            refund_id,
            client_id=request.client.pk,
            reason=record.reason or "",
            actor=request.actor,
            now=request.now,
            expected_version=_expected(request, refund_id),
        )
        return _changed(refund)


class RefundInformation(EvidenceView[InformationRecord]):
    """The customer answers an information request."""

    def read(self, request: ApiRequest) -> InformationRecord:
        return checked(InformationRecord, request.data)

    def check(self, refund: Refund, request: ApiRequest) -> None:
        information_expected(refund)

    def take(self, request: ApiRequest, refund_id: str, prepared: Prepared[InformationRecord]) -> Refund:
        return information_receive(
            refund_id,
            client_id=request.client.pk,
            text=prepared.record.text or "",
            verification=prepared.record.verification,
            actor=request.actor,
            now=request.now,
            expected_version=_expected(request, refund_id),
            files=prepared.files,
        )


class RefundAppeal(EvidenceView[AppealRecord]):
    """The customer appeals a denial."""

    def read(self, request: ApiRequest) -> AppealRecord:
        return checked(AppealRecord, request.data)

    def check(self, refund: Refund, request: ApiRequest) -> None:
        appeal_possible(refund, now=request.now)

    def take(self, request: ApiRequest, refund_id: str, prepared: Prepared[AppealRecord]) -> Refund:
        return refund_appeal(
            refund_id,
            client_id=request.client.pk,
            text=prepared.record.text,
            actor=request.actor,
            now=request.now,
            expected_version=_expected(request, refund_id),
            files=prepared.files,
        )


class RefundPayout(ApiView):
    """The client reports what it did with released money."""

    required_scopes = {"POST": Scope.REFUNDS_WRITE}

    @idempotent()
    def post(self, request: ApiRequest, refund_id: str) -> HttpResponse:
        record = checked(PayoutRecord, request.data)
        refund = payout_report(
            refund_id,
            client_id=request.client.pk,
            result=record.result,
            reference=record.reference,
            at=record.at,
            failure_reason=record.failure_reason or "",
            actor=request.actor,
            now=request.now,
            expected_version=_expected(request, refund_id),
        )
        return _changed(refund)


def _expected(request: ApiRequest, refund_id: str) -> int | None:
    return expected_version(request, lambda: refund_of_client(refund_id, client_id=request.client.pk).version)


def _changed(refund: Refund, *, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    return answer(refund_document(refund), status=status, version=refund.version, headers=headers)
