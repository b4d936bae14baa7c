"""How far the buyer's identity is verified, and who else uses the same phone, document or card."""

from collections import defaultdict
from collections.abc import Sequence
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
SELECT f.subject_id, f.kind, f.status, f.name_match, f.expires_at, f.match_hash <> ''::bytea,
       shared.accounts, shared.ids
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
WHERE f.subject_id = ANY (%(subjects)s::bigint[])
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


def verification_of(refunds: Sequence[Refund]) -> list[Verification]:
    """Read the factors of each account's subject. Without any subject nothing was told: no statement."""
    subjects = {refund.account.subject_id for refund in refunds} - {None}
    read: defaultdict[int | None, dict[str, _Row]] = defaultdict(dict)
    if subjects:
        parameters = {
            "subjects": list(subjects),
            "client": refunds[0].client_id,
            "sample": SAMPLE,
            "listed": LISTED,
        }
        for subject, *row in rows_of(_STATEMENT, parameters):
            found = _Row(*row)
            read[subject][found.kind] = found
    return [_verification(read[refund.account.subject_id], refund.requested_at) for refund in refunds]


def _verification(rows: dict[str, _Row], at: datetime) -> Verification:
    return Verification(told=len(rows), factors=tuple(_factor(kind, rows.get(kind), at) for kind in VerificationKind))


def _factor(kind: VerificationKind, row: _Row | None, at: datetime) -> VerificationFacts:
    if row is None:
        return VerificationFacts(kind, VerificationState.MISSING, None, ())
    return VerificationFacts(
        kind=kind,
        state=verification_state(VerificationState(row.status), row.name_match, row.expires_at, at),
        shared_by=row.other_accounts if row.is_matchable else None,
        account_ids=tuple(row.other_ids or ()),
    )
