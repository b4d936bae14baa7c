"""Accounts, many at once: those that records describe, and placeholders for those they only refer to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.backends.utils import CursorWrapper

from apps.common.staging import stamp
from apps.identity.services.people import Told, people_absorb, subjects_reserve
from apps.marketplace.records import AccountRecord
from apps.marketplace.services.client_tables import ClientTable, Row, Values, Written, write
from apps.marketplace.services.known import KnownRows, news
from apps.marketplace.services.outcomes import Outcome

_ACCOUNTS = ClientTable(
    "marketplace_account",
    (
        ("subject_id", "bigint"),
        ("registered_at", "timestamptz"),
        ("status", "text"),
        ("is_minor", "boolean"),
        ("described_at", "timestamptz"),
        ("digest", "bytea"),
    ),
    {
        "subject_id": None,
        "registered_at": None,
        "status": "",
        "is_minor": False,
        "described_at": None,
        "digest": b"",
    },
)
_PLACEHOLDER = tuple(_ACCOUNTS.blank.values())


@dataclass(frozen=True)
class _Description:
    """What an account's record says, with a subject's id in case one is needed."""

    record: AccountRecord
    digest: bytes
    new_subject_id: int | None


def accounts_absorb(
    cursor: CursorWrapper,
    client_id: int,
    *,
    sent: Mapping[str, AccountRecord],
    referred: Collection[str],
    known: KnownRows,
    now: datetime,
) -> tuple[dict[str, int], dict[str, Outcome]]:
    """Return the row ids of all accounts named, and the outcomes of those sent."""
    descriptions = _descriptions(sent, known)
    written = write(
        cursor,
        _ACCOUNTS,
        client_id,
        named=dict.fromkeys([*sent, *referred]),
        changing=descriptions,
        known=known,
        row_after=lambda name, row: _row_after(row, descriptions.get(name), now),
    )
    people_absorb(_told(descriptions, written), now=now)
    return written.ids, written.outcomes(sent)


def _descriptions(sent: Mapping[str, AccountRecord], known: KnownRows) -> dict[str, _Description]:
    digests = news("account", sent, known)
    with_person = [name for name in digests if sent[name].tells_of_person]
    subject_ids = dict(zip(with_person, subjects_reserve(len(with_person)), strict=True))
    return {name: _Description(sent[name], digest, subject_ids.get(name)) for name, digest in digests.items()}


def _row_after(row: Row, description: _Description | None, now: datetime) -> Values:
    """Return the row with what the description names; without one it is as before anything was told."""
    if description is None:
        return _PLACEHOLDER
    record, named = description.record, description.record.model_fields_set
    return (
        row["subject_id"] or description.new_subject_id,
        stamp(record.registered_at if "registered_at" in named else row["registered_at"]),
        record.status or "" if "status" in named else row["status"],
        bool(record.is_minor) if "is_minor" in named else row["is_minor"],
        stamp(now),
        description.digest,
    )


def _told(descriptions: Mapping[str, _Description], written: Written) -> list[Told]:
    told = []
    for name, description in descriptions.items():
        if description.new_subject_id is None:
            continue
        subject_id = None if name in written.inserted else written.changed[name]["subject_id"]
        told.append(Told(subject_id or description.new_subject_id, subject_id is None, description.record))
    return told
