"""How far the buyer's identity is verified, and who else uses the same phone, document or card."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from apps.refunds.models import Refund
from apps.risk.counting import verification_state
from apps.risk.facts import LISTED, VerificationFacts, VerificationKind, VerificationState
from apps.risk.selectors.statements import rows_of

# How many factors with the same hash are looked through; a hub's number is a lower bound.
SAMPLE = 2000

# `match_hash <> ''` lets the planner use the partial index.
_STATEMENT = """
SELECT f.kind, f.status, f.name_match, f.expires_at, f.match_hash <> ''::bytea, shared.accounts, shared.ids
FROM identity_verificationfactor f
CROSS JOIN LATERAL (
    SELECT count(*) AS accounts, (array_agg(a.external_id ORDER BY a.external_id))[1:%(listed)s] AS ids
    FROM (
        SELECT g.subject_id, g.kind FROM identity_verificationfactor g
        WHERE g.match_hash = f.match_hash AND g.match_hash <> ''::bytea LIMIT %(sample)s
    ) same
    JOIN marketplace_account a ON a.subject_id = same.subject_id AND a.client_id = %(client)s
    WHERE same.kind = f.kind AND same.subject_id <> f.subject_id
) shared
WHERE f.subject_id = %(subject)s
"""


class _Row(NamedTuple):
    kind: str
    status: str
    name_match: bool | None
    expires_at: datetime | None
    is_matchable: bool
    other_accounts: int
    other_ids: list[str] | None


@dataclass(frozen=True)
class Verification:
    """All three kinds, missing ones included, and how many of them the client told."""

    told: int
    factors: tuple[VerificationFacts, ...]


def verification_of(refund: Refund) -> Verification:
    """Read the factors of the account's subject. Without a subject nothing was told: no statement."""
    rows = _rows(refund) if refund.account.subject_id is not None else {}
    return Verification(
        told=len(rows), factors=tuple(_factor(kind, rows.get(kind), refund.requested_at) for kind in VerificationKind)
    )


def _rows(refund: Refund) -> dict[str, _Row]:
    parameters = {
        "subject": refund.account.subject_id,
        "client": refund.client_id,
        "sample": SAMPLE,
        "listed": LISTED,
    }
    rows = [_Row(*row) for row in rows_of(_STATEMENT, parameters)]
    return {row.kind: row for row in rows}


def _factor(kind: VerificationKind, row: _Row | None, at: datetime) -> VerificationFacts:
    if row is None:
        return VerificationFacts(kind, VerificationState.MISSING, None, ())
    return VerificationFacts(
        kind=kind,
        state=verification_state(VerificationState(row.status), row.name_match, row.expires_at, at),
        shared_by=row.other_accounts if row.is_matchable else None,
        account_ids=tuple(row.other_ids or ()),
    )
