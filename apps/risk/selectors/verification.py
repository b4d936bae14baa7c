"""How far the buyer's identity is verified, and who else uses the same phone, document or card."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from apps.refunds.models import Refund
from apps.risk.counting import verification_state
from apps.risk.facts import LISTED, VerificationFacts, VerificationKind, VerificationState
from apps.risk.selectors.statements import Reading, read

# How many factors with the same hash are looked through; a hub's number is a lower bound.
SAMPLE = 2000

# `match_hash <> ''` lets the planner use the partial index.
_QUERY = """
SELECT f.kind, f.status, f.name_match, f.expires_at, f.match_hash <> ''::bytea AS is_matchable,
    shared.accounts AS other_accounts, shared.ids AS other_ids
FROM identity_verificationfactor f
CROSS JOIN LATERAL (
    SELECT count(*) AS accounts, (array_agg(a.external_id ORDER BY a.external_id))[1:%(listed)s] AS ids
    FROM (
        SELECT g.subject_id, g.kind FROM identity_verificationfactor g
        WHERE g.match_hash = f.match_hash AND g.match_hash <> ''::bytea LIMIT %(factors)s
    ) same
    JOIN marketplace_account a ON a.subject_id = same.subject_id AND a.client_id = %(client)s
    WHERE same.kind = f.kind AND same.subject_id <> f.subject_id
) shared
WHERE f.subject_id = d.subject_id
"""


class FactorRow(msgspec.Struct):
    """A verification factor as it was told, and which other accounts have the same."""

    kind: str
    status: str
    name_match: bool | None
    expires_at: datetime | None
    is_matchable: bool
    other_accounts: int
    other_ids: list[str] | None


VERIFICATION = Reading(_QUERY, FactorRow, lambda: {"factors": SAMPLE, "listed": LISTED}, needs="subject_id")


@dataclass(frozen=True)
class Verification:
    """All three kinds, missing ones included, and how many of them the client told."""

    told: int
    factors: tuple[VerificationFacts, ...]


def verification_now(refund: Refund) -> Verification:
    """Read how far the buyer's identity is verified by now, as of the moment of the request."""
    # Of an account without a subject nothing was told.
    ((rows,),) = read([refund], VERIFICATION) if refund.account.subject_id is not None else (([],),)
    return verification_of(refund, rows)


def verification_of(refund: Refund, rows: list[FactorRow]) -> Verification:
    """Weigh the factors of the account's subject; an account without one was told nothing of."""
    by_kind = {row.kind: row for row in rows}
    factors = tuple(_factor(kind, by_kind.get(kind), refund.requested_at) for kind in VerificationKind)
    return Verification(told=len(by_kind), factors=factors)


def _factor(kind: VerificationKind, row: FactorRow | None, at: datetime) -> VerificationFacts:
    if row is None:
        return VerificationFacts(kind, VerificationState.MISSING, None, ())
    return VerificationFacts(
        kind=kind,
        state=verification_state(VerificationState(row.status), row.name_match, row.expires_at, at),
        shared_by=row.other_accounts if row.is_matchable else None,
        account_ids=tuple(row.other_ids or ()),
    )
