"""Every problem that REST can answer with: what it means, how to mend it, and an example that the code writes."""

from apps.api.problem_types import appeals, bodies, evidence, keys, refunds, requests, webhooks
from apps.api.problem_types.entry import ProblemType

CATALOGUE: dict[str, ProblemType] = {
    entry.code: entry
    for part in (requests, keys, bodies, refunds, evidence, appeals, webhooks)
    for entry in part.ENTRIES
}

__all__ = ["CATALOGUE", "ProblemType"]
