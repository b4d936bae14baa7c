"""One ring for one group: findings of one kind that are mostly about the same members become one. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from apps.rings.findings import Finding
from apps.rings.hops import Hop
from apps.rings.kinds import Kind

# Of the members of the smaller of two: so large a part in common makes them one group.
MOSTLY = 0.5
# A picture of more paths is none.
_PATHS_AT_MOST = 20


def are_mostly(some: frozenset[int], others: frozenset[int]) -> bool:
    """Tell whether more than half of the smaller group is in the larger one."""
    return len(some & others) > MOSTLY * min(len(some), len(others))


def merged(findings: Sequence[Finding]) -> list[Finding]:
    """Let each finding, the most surprising first, take in those after it that are mostly about its members.

    Only the members of the first count, so that groups do not grow along a chain of neighbours.
    """
    leading: list[Finding] = []
    taken: list[list[Finding]] = []
    by_party: defaultdict[tuple[Kind, str, int], list[int]] = defaultdict(list)
    for finding in findings:
        places = {place for party in finding.core for place in by_party[finding.kind, finding.currency, party]}
        lead = next((place for place in sorted(places) if are_mostly(leading[place].core, finding.core)), None)
        if lead is not None:
            taken[lead].append(finding)
            continue
        for party in finding.core:
            by_party[finding.kind, finding.currency, party].append(len(leading))
        leading.append(finding)
        taken.append([])
    return [_with(lead, others) for lead, others in zip(leading, taken, strict=True)]


def _with(lead: Finding, others: Iterable[Finding]) -> Finding:
    roles = dict(lead.roles)
    paths: list[tuple[Hop, ...]] = list(lead.also)
    amount = lead.amount
    for other in others:
        roles = {**other.roles, **roles}
        paths.append(other.path)
        amount = max(amount, other.amount)
    return replace(lead, roles=roles, also=tuple(paths[:_PATHS_AT_MOST]), amount=amount)
