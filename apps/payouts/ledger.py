"""Whether the books agree: what was held, released and recalled, by the holds, by the refunds and by the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

MOST_NAMED = 20


@dataclass(frozen=True)
class Total:
    """Money of one currency that went one way: by the holds, and by the audit log, in minor units."""

    currency: str
    way: str
    count: int
    amount: int
    audited: int

    @property
    def agrees(self) -> bool:
        """Tell whether both books say the same."""
        return self.amount == self.audited


@dataclass(frozen=True)
class Disagreement:
    """One row that does not agree with another: which rule, and the ids."""

    rule: str
    name: str


# Each gives a name for every row that breaks it. The newest versions of rows in one snapshot.
_RULES: dict[str, str] = {
    "a held refund has one open hold": """
        SELECT r.id FROM refunds_refund r LEFT JOIN payouts_hold h ON h.refund_id = r.id AND h.status = 'open'
        WHERE r.status = 'held' GROUP BY r.id HAVING count(h.id) <> 1""",
    "an open hold has a held refund of its amount and currency": """
        SELECT h.refund_id || ' hold ' || h.id FROM payouts_hold h JOIN refunds_refund r ON r.id = h.refund_id
        WHERE h.status = 'open'
          AND (r.status <> 'held' OR r.approved_amount IS DISTINCT FROM h.amount OR r.currency <> h.currency)""",
    "no order gives back more than was paid": """
        SELECT 'order ' || o.id FROM marketplace_order o JOIN refunds_refund r ON r.order_id = o.id
        WHERE r.approved_amount IS NOT NULL GROUP BY o.id, o.paid_amount
        HAVING sum(r.approved_amount) > o.paid_amount""",
    "no line gives back more than it cost": """
        SELECT 'line ' || l.id FROM marketplace_line l JOIN refunds_refundline p ON p.line_id = l.id
        JOIN refunds_refund r ON r.id = p.refund_id
        WHERE r.approved_amount IS NOT NULL GROUP BY l.id, l.amount HAVING sum(p.approved_amount) > l.amount""",
    "the lines of a refund add up to what was approved": """
        SELECT r.id FROM refunds_refund r JOIN refunds_refundline p ON p.refund_id = r.id
        WHERE r.approved_amount IS NOT NULL AND r.origin = 'live'
        GROUP BY r.id, r.approved_amount HAVING sum(coalesce(p.approved_amount, p.amount)) <> r.approved_amount""",
    "a decision in effect approved what the refund gives back": """
        SELECT r.id FROM refunds_refund r
        CROSS JOIN LATERAL (
            SELECT d.approved_amount, d.decided_at FROM reviews_decision d
            JOIN reviews_reviewcase c ON c.id = d.case_id WHERE c.refund_id = r.id ORDER BY d.decided_at DESC, d.id DESC
            LIMIT 1
        ) newest
        WHERE r.approved_amount IS NOT NULL AND newest.approved_amount IS DISTINCT FROM r.approved_amount""",
    "events of a refund count up without a gap": """
        SELECT r.id FROM refunds_refund r LEFT JOIN webhooks_event e ON e.subject_id = r.id
        WHERE r.origin = 'live' GROUP BY r.id, r.event_sequence
        HAVING count(e.sequence) <> r.event_sequence OR coalesce(max(e.sequence), 0) <> r.event_sequence""",
    "no refund was paid twice": """
        SELECT e.subject_id FROM webhooks_event e WHERE e.type = 'refund.paid'
        GROUP BY e.subject_id HAVING count(*) > 1""",
}
# How a hold ended -> what the audit log calls that.
_WAYS = {
    "placed": "hold.placed",
    "released": "hold.released",
    "released_early": "hold.released_early",
    "recalled": "hold.recalled",
    "cancelled": "hold.cancelled",
}
_TOTALS = """
SELECT currency, way, sum(count)::integer, sum(kept)::bigint, sum(audited)::bigint FROM (
    SELECT currency, 'placed' AS way, 1 AS count, amount AS kept, 0 AS audited FROM payouts_hold
    UNION ALL
    SELECT currency, status, 1, amount, 0 FROM payouts_hold WHERE status <> 'open'
    UNION ALL
    SELECT changes ->> 'currency', named.way, 0, 0, (changes ->> 'amount')::bigint
    FROM audit_auditevent JOIN unnest(%s::text[], %s::text[]) AS named(way, action) USING (action)
) books GROUP BY currency, way ORDER BY currency, array_position(%s::text[], way)
"""


def ledger_totals() -> list[Total]:
    """Return what was placed and how it ended, by currency."""
    ways = list(_WAYS)
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS, [ways, list(_WAYS.values()), ways])
        return [Total(*row) for row in cursor.fetchall()]


def ledger_disagreements() -> Iterator[Disagreement]:
    """Yield every row that breaks a rule, in one snapshot of the database. Outside any transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for rule, statement in _RULES.items():
            cursor.execute(statement)
            for (name,) in cursor.fetchall():
                yield Disagreement(rule, name)
