"""Shops, many at once: those that records describe, and placeholders for those that orders only refer to."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.backends.utils import CursorWrapper

from apps.common.staging import stamp
from apps.marketplace.records import ShopRecord
from apps.marketplace.services.client_tables import ClientTable, Row, Values, write
from apps.marketplace.services.known import KnownRows, news
from apps.marketplace.services.outcomes import Outcome

_SHOPS = ClientTable(
    "marketplace_shop",
    (
        ("name", "text"),
        ("registered_at", "timestamptz"),
        ("owner_account_id", "bigint"),
        ("described_at", "timestamptz"),
        ("digest", "bytea"),
    ),
    {"name": "", "registered_at": None, "owner_account_id": None, "described_at": None, "digest": b""},
)
_PLACEHOLDER = tuple(_SHOPS.blank.values())


def shops_absorb(
    cursor: CursorWrapper,
    client_id: int,
    *,
    sent: Mapping[str, ShopRecord],
    referred: Collection[str],
    known: KnownRows,
    accounts: Mapping[str, int],
    now: datetime,
) -> tuple[dict[str, int], dict[str, Outcome]]:
    """Return the row ids of all shops named, and the outcomes of those sent."""
    digests = news("shop", sent, known)

    def row_after(name: str, row: Row) -> Values:
        if name not in digests:
            return _PLACEHOLDER
        record, named = sent[name], sent[name].model_fields_set
        owner = accounts[record.owner_account_id] if record.owner_account_id else None
        return (
            record.name or "" if "name" in named else row["name"],
            stamp(record.registered_at if "registered_at" in named else row["registered_at"]),
            owner if "owner_account_id" in named else row["owner_account_id"],
            stamp(now),
            digests[name],
        )

    written = write(
        cursor,
        _SHOPS,
        client_id,
        named=dict.fromkeys([*sent, *referred]),
        changing=digests,
        known=known,
        row_after=row_after,
    )
    return written.ids, written.outcomes(sent)
