"""People and their verification as clients send them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from apps.common.records import NO_CONTROLS, Identifier, Instant, Name, Record, Tail
from apps.identity.models import DocumentType, FactorKind, FactorStatus

Number = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=NO_CONTROLS)]
Phone = Annotated[str, StringConstraints(max_length=32, pattern=NO_CONTROLS)]
Email = Annotated[str, StringConstraints(max_length=254, pattern=NO_CONTROLS)]


class FactorRecord(Record):
    """The state of one factor, told anew as a whole.

    What identifies the factor (document type, number, last digits,
    fingerprint) stays when it is left out. `number` is in clear; a client that
    keeps it to itself sends its own `fingerprint` of it. The number wins.
    """

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

    @property
    def factors(self) -> dict[FactorKind, FactorRecord]:
        """Those that something is said about."""
        told = (
            (FactorKind.PHONE, self.phone),
            (FactorKind.ID_DOCUMENT, self.id_document),
            (FactorKind.BANK_CARD, self.bank_card),
        )
        return {kind: factor for kind, factor in told if factor is not None}


class PersonRecord(Record):
    """The person behind an account. Fields that are left out stay as they were; null erases contact values."""

    display_name: Annotated[Name | None, Field(repr=False)] = None
    phone: Annotated[Phone | None, Field(repr=False)] = None
    email: Annotated[Email | None, Field(repr=False)] = None
    verification: VerificationRecord | None = None

    @property
    def tells_of_person(self) -> bool:
        """Something that belongs to the person rather than the account was sent."""
        return not self.model_fields_set.isdisjoint(PersonRecord.model_fields)
