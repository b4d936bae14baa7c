"""Verification as clients send it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from apps.common.records import NO_CONTROLS, Identifier, Instant, Record, Tail
from apps.identity.models import DocumentType, FactorStatus

Number = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=NO_CONTROLS)]


class FactorRecord(Record):
    """One factor: `number` in clear, or the client's own `fingerprint` of it. The number wins."""

    status: Annotated[FactorStatus, Field(strict=False)]
    verified_at: Instant | None = None
    expires_at: Instant | None = None
    provider: Identifier | None = None
    name_match: bool | None = None
    document_type: Annotated[DocumentType, Field(strict=False)] | None = None
    number: Number | None = Field(default=None, repr=False)
    last4: Tail | None = None
    fingerprint: Identifier | None = None


class VerificationRecord(Record):
    """The factors that the client has something to say about; the others stay as they are."""

    phone: FactorRecord | None = None
    id_document: FactorRecord | None = None
    bank_card: FactorRecord | None = None
