"""What a client says of one account's verification, apart from the account."""

from datetime import datetime

from apps.identity.records import VerificationRecord
from apps.marketplace.models import Account
from apps.marketplace.records import AccountRecord
from apps.marketplace.services.absorb import absorb


def verification_put(account: Account, verification: VerificationRecord, *, now: datetime) -> None:
    """Take in the factors that the client has something to say about; the others stay as they are."""
    record = AccountRecord(id=account.external_id, verification=verification)
    absorb(client_id=account.client_id, accounts=[record], now=now)
