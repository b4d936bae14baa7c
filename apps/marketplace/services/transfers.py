"""Transfers between accounts, many at once."""

from collections.abc import Iterator, Mapping

from django.db.backends.utils import CursorWrapper

from apps.common.staging import stamp
from apps.marketplace.records import TransferRecord
from apps.marketplace.services.client_tables import ClientTable, Row, Values, write
from apps.marketplace.services.instruments import instrument_key
from apps.marketplace.services.known import KnownRows
from apps.marketplace.services.orders import Resolved
from apps.marketplace.services.outcomes import Outcome

_TRANSFERS = ClientTable(
    "marketplace_transfer",
    (
        ("at", "timestamptz"),
        ("amount", "bigint"),
        ("currency", "text"),
        ("from_account_id", "bigint"),
        ("to_account_id", "bigint"),
        ("instrument_id", "bigint"),
        ("digest", "bytea"),
    ),
    {"instrument_id": None},
)


def accounts_of_transfer(transfer: TransferRecord) -> Iterator[str]:
    """Yield the accounts that a transfer refers to."""
    yield transfer.from_account_id
    yield transfer.to_account_id
    if transfer.instrument is not None and transfer.instrument.holder_account_id:
        yield transfer.instrument.holder_account_id


def transfers_absorb(
    cursor: CursorWrapper,
    client_id: int,
    *,
    sent: Mapping[str, TransferRecord],
    digests: Mapping[str, bytes],
    known: KnownRows,
    resolved: Resolved,
) -> tuple[dict[str, int], dict[str, Outcome]]:
    """Write the transfers that have a digest; return row ids, and the outcomes of those sent."""

    def row_after(name: str, row: Row) -> Values:
        record = sent[name]
        instrument = resolved.instruments[instrument_key(record.instrument)] if record.instrument else None
        return (
            stamp(record.at),
            record.amount,
            record.currency,
            resolved.accounts[record.from_account_id],
            resolved.accounts[record.to_account_id],
            instrument or row["instrument_id"],
            digests[name],
        )

    written = write(cursor, _TRANSFERS, client_id, named=digests, changing=digests, known=known, row_after=row_after)
    return written.ids, written.outcomes(sent)
