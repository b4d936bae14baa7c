"""What proves a ring, by the client's own ids. Shapes: docs/risk.md, "Proof"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apps.common.instants import written_instant
from apps.marketplace.models import Account, Shop
from apps.rings.findings import Finding
from apps.rings.hops import Hop
from apps.rings.models import Ring


@dataclass(frozen=True)
class Names:
    """The client's own ids of parties."""

    of_accounts: dict[int, str]
    of_shops: dict[int, str]

    def of(self, party: int) -> str:
        """Return the id of an account, or of a shop."""
        return self.of_accounts[party] if party > 0 else self.of_shops[-party]


def names_of(findings: Iterable[Finding]) -> Names:
    """Read the ids of everybody who stands in these findings or in their proofs."""
    parties: set[int] = set()
    for finding in findings:
        parties |= finding.parties
        for path in (finding.path, *finding.also):
            parties.update(party for hop in path for party in (hop.source, hop.target))
    accounts = Account.objects.filter(pk__in=[party for party in parties if party > 0])
    shops = Shop.objects.filter(pk__in=[-party for party in parties if party < 0])
    return Names(dict(accounts.values_list("pk", "external_id")), dict(shops.values_list("pk", "external_id")))


def proof_of(finding: Finding, names: Names, grown_from: Ring | None) -> dict[str, Any]:
    """Build the proof."""
    members = finding.parties
    shared = [(each.kind, sorted(names.of(party) for party in each.accounts & members)) for each in finding.identifiers]
    proof: dict[str, Any] = {
        "path": _steps(finding.path, finding.currency, names),
        "rounds": finding.rounds,
        "also": [_steps(path, finding.currency, names) for path in finding.also],
        "identifiers": [{"kind": kind.value, "accounts": accounts} for kind, accounts in shared],
        "figures": dict(finding.figures),
    }
    if grown_from is not None:
        proof["added"] = _added(finding, names, grown_from)
    return proof


def _added(finding: Finding, names: Names, grown_from: Ring) -> dict[str, list[str]]:
    before = set(grown_from.members.values_list("account_id", flat=True)) | {
        -shop for shop in grown_from.members.values_list("shop_id", flat=True) if shop is not None
    }
    new = finding.parties - before
    return {
        "accounts": sorted(names.of(party) for party in new if party > 0),
        "shops": sorted(names.of(party) for party in new if party < 0),
    }


def _steps(path: Sequence[Hop], currency: str, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "from": names.of(hop.source),
            "to": names.of(hop.target),
            "at": written_instant(_moment(hop.at)),
            "amount": hop.amount,
            "currency": currency,
            "record": hop.record,
        }
        for hop in path
    ]


def moments_of(finding: Finding, *, otherwise: datetime) -> tuple[datetime, datetime]:
    """Return when what proves it began and ended."""
    times = [hop.at for path in (finding.path, *finding.also) for hop in path]
    return (_moment(min(times)), _moment(max(times))) if times else (otherwise, otherwise)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
