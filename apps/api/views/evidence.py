"""What requests share that bring files in support of a refund."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpResponse

from apps.api.answers import answer
from apps.api.etags import expected_version
from apps.api.idempotency import key_in
from apps.api.records import AppealRecord, InformationRecord
from apps.api.requests import ApiRequest
from apps.api.views.base import ApiView, idempotent
from apps.attachments.content import checked_files
from apps.attachments.limits import limits
from apps.attachments.services.keep import KeptFile, files_keep
from apps.clients.models import Scope
from apps.common.errors import Refusal
from apps.refunds.documents import refund_document
from apps.refunds.errors import VersionStale
from apps.refunds.models import Refund
from apps.refunds.selectors import refund_of_client

Sent = TypeVar("Sent", InformationRecord, AppealRecord)


@dataclass(frozen=True)
class Prepared(Generic[Sent]):
    """A body that was checked, and its files, which are written."""

    record: Sent
    files: Sequence[KeptFile]


class EvidenceView(ApiView, Generic[Sent]):
    """A POST that may carry files.

    They are written before the transaction begins in which the rest happens,
    the answer to the idempotency key included. A refusal that is met before
    then is raised inside it all the same: it is the key's answer too, and
    where the key has an answer already, that one is given.
    """

    required_scopes = {"POST": Scope.REFUNDS_WRITE}

    def body_limit(self) -> int:
        return limits().body_bytes

    def post(self, request: ApiRequest, refund_id: str) -> HttpResponse:
        # A key or a body that cannot be read has no answer that could be kept.
        key_in(request.headers, required=False)
        request.receive()
        return self._once(request, refund_id, self._prepared(request, refund_id))

    @idempotent()
    def _once(self, request: ApiRequest, refund_id: str, prepared: Prepared[Sent] | Refusal) -> HttpResponse:
        if isinstance(prepared, Refusal):
            raise prepared
        refund = self.take(request, refund_id, prepared)
        return answer(refund_document(refund), version=refund.version)

    def _prepared(self, request: ApiRequest, refund_id: str) -> Prepared[Sent] | Refusal:
        try:
            record = self.read(request)
            files = checked_files(record.attachments or [], limits(), pointer="/attachments")
            if files:
                self._look(request, refund_id)
            return Prepared(record, files_keep(files))
        except Refusal as refusal:
            return refusal

    def _look(self, request: ApiRequest, refund_id: str) -> None:
        """Refuse what is refused anyway before a file is written; the service asks again, under lock."""
        refund = refund_of_client(refund_id, client_id=request.client.pk)
        expected = expected_version(request, lambda: refund.version)
        if expected is not None and expected != refund.version:
            raise VersionStale(version=refund.version)
        self.check(refund, request)

    @abstractmethod
    def read(self, request: ApiRequest) -> Sent:
        """Return the checked body. Raises ContentInvalid."""

    @abstractmethod
    def check(self, refund: Refund, request: ApiRequest) -> None:
        """Raise the refusal when the refund, as it stands, does not take what is sent."""

    @abstractmethod
    def take(self, request: ApiRequest, refund_id: str, prepared: Prepared[Sent]) -> Refund:
        """Do it."""
