"""Batches, and appeals of what was denied."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import multiple, rule

from tests.api.callers import content
from tests.contract.lifecycle.client_rules import ORDERS, REFUNDS, ClientRules
from tests.contract.lifecycle.model import Order, Refund

ITEMS = st.lists(
    st.tuples(
        st.sampled_from(["plain", "plain", "whole", "used reference", "unknown order"]),
        st.sampled_from(["", "1", "12"]),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=3,
)
# What is shipped; an installation may set others.
APPEALS, APPEAL_DAYS = 1, 30


class LaterRules(ClientRules):
    """More that a client does."""

    @rule(target=REFUNDS, first=ORDERS, second=ORDERS, items=ITEMS)
    def submit_batch(self, first: Order, second: Order, items: list[tuple[str, str, int]]) -> Any:
        """Ask for several at once, of two orders in turn: each fares as if it had come alone, after those before it."""
        bodies, wanted = [], []
        for place, (flavour, lines, part) in enumerate(items):
            order = (first, second)[place % 2]
            asked, amount = self.asked(order, lines, part)
            body = self.refund_body(order, amount, asked, 0 if flavour == "whole" else None)
            if flavour == "unknown order":
                body["order"] = {"id": "O-unknown"}
            if flavour == "used reference" and self.sent:
                body["reference"] = self.sent[0][1]["reference"]
            bodies.append(body)
            wanted.append((order, asked, amount))
        answered = self.caller.post("/refunds/batch", {"refunds": bodies})
        assert answered.status_code == 200, answered.content
        results = content(answered)["results"]
        assert [result["index"] for result in results] == list(range(len(items)))
        begun = []
        for (order, asked, amount), body, result in zip(wanted, bodies, results, strict=True):
            code = self._expected(body, order, asked, amount)
            if code:
                assert result["problem"]["code"] == code, (result, code)
                assert result["status"] == (409 if code == "reference_used" else 422)
            else:
                assert result["status"] == 201, result
                begun.append(self.begun(result["refund"], order, asked))
        return multiple(*begun)

    def _expected(self, body: dict[str, Any], order: Order, asked: dict[str, int], amount: int) -> str:
        if any(refund.reference == body["reference"] for refund in self.refunds.values()):
            return "reference_used"
        if body["order"] == {"id": "O-unknown"}:
            return "order_unknown"
        return self.why_not(order, amount, asked)

    @rule(refund=REFUNDS, tag=st.sampled_from(["", "right", "stale"]))
    def appeal(self, refund: Refund, tag: str) -> None:
        """Appeal a denial, or what is none: once, within a month, while the order leaves enough."""
        body = {"text": "我没有使用过"}
        if refund.status != "denied" or tag == "stale":
            self.move(refund, "pending_review", "appeal", body, tag, may=False)
            return
        status, code = self._why_no_appeal(refund)
        if code:
            with self.nothing_moves():
                self.refused(self.caller.post(f"/refunds/{refund.id}/appeal", body), status, code)
            return
        denied_by = refund.denied_by
        self.move(refund, "pending_review", "appeal", body, tag, may=True)
        refund.appeals += 1
        refund.not_for = denied_by

    def _why_no_appeal(self, refund: Refund) -> tuple[int, str]:
        assert refund.denied_at is not None
        if refund.appeals >= APPEALS:
            return 409, "appeals_used_up"
        if self.now > refund.denied_at + timedelta(days=APPEAL_DAYS):
            return 409, "appeal_too_late"
        code = self.why_not(refund.order, refund.amount, refund.lines)
        return (422, code) if code else (0, "")
