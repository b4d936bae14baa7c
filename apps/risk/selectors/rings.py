"""Which rings the buyer and the shop belong to."""

from collections.abc import Sequence

import msgspec

from apps.rings.kinds import Kind, Role
from apps.risk.facts import RingFacts
from apps.risk.selectors.statements import Reading

# Nobody belongs to more; the newest count.
MOST = 20

_QUERY = """
SELECT r.id, r.kind, r.score, r.status = 'confirmed' AS is_confirmed, m.role, m.is_through_shop
FROM (
    (SELECT ring_id, role, false AS is_through_shop FROM rings_ringmember
     WHERE account_id = d.account_id ORDER BY ring_id DESC LIMIT %(rings)s)
    UNION ALL
    (SELECT ring_id, role, true FROM rings_ringmember
     WHERE shop_id = d.shop_id ORDER BY ring_id DESC LIMIT %(rings)s)
) m
CROSS JOIN LATERAL (
    SELECT id, kind, score, status, detected_at FROM rings_ring WHERE id = m.ring_id LIMIT 1
) r
WHERE r.status <> 'dismissed' AND r.detected_at <= d.at
"""


class RingRow(msgspec.Struct):
    """A ring that was not dismissed."""

    id: str
    kind: str
    score: int
    is_confirmed: bool
    role: str
    is_through_shop: bool


RINGS = Reading(_QUERY, RingRow, lambda: {"rings": MOST})


def rings_of(rows: Sequence[RingRow]) -> tuple[RingFacts, ...]:
    """Return each ring once, as the buyer's rather than as the shop's; the confirmed and the surest first."""
    by_ring: dict[str, RingFacts] = {}
    for row in sorted(rows, key=lambda row: row.is_through_shop):
        ring = RingFacts(
            row.id, Kind(row.kind), Role(row.role), row.is_confirmed, row.score, is_through_shop=row.is_through_shop
        )
        by_ring.setdefault(row.id, ring)
    return tuple(
        sorted(by_ring.values(), key=lambda ring: (not ring.is_confirmed, ring.is_through_shop, -ring.score, ring.id))
    )
