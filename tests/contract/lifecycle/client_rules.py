"""What a client does, legal or not, through REST alone."""

from itertools import count
from typing import Any

from django.http import HttpResponse
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, initialize, multiple, rule

from tests.api.callers import content
from tests.contract.lifecycle.model import Order, Refund
from tests.contract.lifecycle.world import World

_numbers = count(1)
# How far goods were used decides where the policy sends their refunds: to nobody, into a hold, or to a person.
USES: dict[str, dict[str, Any]] = {
    "unused": {"delivery": {"status": "delivered"}, "consumption": {"percent": 0}},
    "viewed": {"delivery": {"status": "viewed"}, "consumption": {"percent": 0}},
    "consumed": {"delivery": {"status": "viewed"}, "consumption": {"percent": 100}},
}
USED = st.sampled_from(["consumed", "consumed", "viewed", "unused"])
AMOUNTS = st.integers(1, 60)
ORDERS: Bundle[Order] = Bundle("orders")
REFUNDS: Bundle[Refund] = Bundle("refunds")


class ClientRules(World):
    """Submitting, asking back, paying, and telling of orders and accounts."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, dict[str, Any], bytes]] = []

    @initialize(target=ORDERS, amount=AMOUNTS)
    def first_order(self, amount: int) -> Order:
        """Give the other rules something to work on."""
        return self._new_order(amount, 5, "consumed")

    @rule(target=ORDERS, first=AMOUNTS, second=AMOUNTS, used=USED)
    def new_order(self, first: int, second: int, used: str) -> Order:
        """Tell of an order of two lines."""
        return self._new_order(first, second, used)

    def _new_order(self, first: int, second: int, used: str) -> Order:
        number = next(_numbers)
        order = Order(f"O-{number}", f"A-{number % 3}", self.now, {"1": first, "2": second}, first + second)
        answered = self.caller.call("PUT", f"/orders/{order.id}", self._order_body(order, used))
        assert answered.status_code == 201, answered.content
        self.orders.append(order)
        return order

    @rule(order=ORDERS, change=st.integers(-40, 40))
    def correct_payments(self, order: Order, change: int) -> None:
        """Tell that more, or less, was paid: never less than is promised of it."""
        paid = max(0, order.paid + change)
        body = self._order_body(order, "viewed", paid)
        if paid < order.promised:
            with self.nothing_moves():
                self.refused(self.caller.call("PUT", f"/orders/{order.id}", body), 409, "order_promised")
            return
        assert self.caller.call("PUT", f"/orders/{order.id}", body).status_code == 200
        order.paid = paid

    @rule(
        target=REFUNDS,
        order=ORDERS,
        lines=st.sampled_from(["", "1", "2", "12"]),
        part=st.integers(1, 70),
        change=st.sampled_from([None, None, 0, -5, 20]),
    )
    def submit(self, order: Order, lines: str, part: int, change: int | None) -> Any:
        """Ask for some of an order; with `change` the order comes along, and more or less was paid for it."""
        asked, amount = self.asked(order, lines, part)
        body = self.refund_body(order, amount, asked, change)
        code = self.why_not(order, amount, asked, change or 0)
        if code:
            with self.nothing_moves():
                self.refused(self.caller.post("/refunds", body), 422, code)
            return multiple()
        order.paid += change or 0
        key = f'"life-{next(_numbers)}"'
        return self._taken(order, body, asked, self.caller.post("/refunds", body, Idempotency_Key=key), key)

    def asked(self, order: Order, lines: str, part: int) -> tuple[dict[str, int], int]:
        """Return what is asked of which line, and in all; `part` is cut to what there is half of the time."""
        asked = {line: min(part, order.lines[line]) if part % 2 else part for line in lines}
        return asked, sum(asked.values()) or part

    def why_not(self, order: Order, amount: int, asked: dict[str, int], change: int = 0) -> str:
        """Return the code of the refusal that is due, nothing when there is none."""
        if order.paid + change < 0:
            return "content_invalid"
        if amount > order.left + change:
            return "amount_exceeds_order"
        too_much = any(part > order.left_of(line) for line, part in asked.items())
        return "amount_exceeds_line" if too_much else ""

    def _taken(
        self, order: Order, body: dict[str, Any], asked: dict[str, int], answered: HttpResponse, key: str
    ) -> Refund:
        assert answered.status_code == 201, answered.content
        shown = content(answered)
        refund = self.begun(shown, order, asked)
        self.sees(refund, answered, 201)
        assert answered["Location"] == f"/api/v1/refunds/{refund.id}"
        self.sent.append((key, body, answered.content))
        return refund

    def begun(self, shown: dict[str, Any], order: Order, asked: dict[str, int]) -> Refund:
        """Take a refund into the model as it was answered."""
        refund = Refund(shown["id"], shown["reference"], order, shown["amount"], asked, shown["status"])
        order.refunds.append(refund)
        self.refunds[refund.id] = refund
        return refund

    @rule(which=st.integers(0, 99))
    def submit_again(self, which: int) -> None:
        """Repeat a request under its key, spoil it under its key, and repeat its reference under another."""
        if not self.sent:
            return
        key, body, first = self.sent[which % len(self.sent)]
        with self.nothing_moves():
            again = self.caller.post("/refunds", body, Idempotency_Key=key)
            assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first, "true")
            other = {**body, "amount": body["amount"] + 1}
            self.refused(self.caller.post("/refunds", other, Idempotency_Key=key), 422, "idempotency_key_reused")
            known = self.refused(self.caller.post("/refunds", body), 409, "reference_used")
            assert self.refunds[known["refund_id"]].reference == body["reference"]

    @rule(refund=REFUNDS, tag=st.sampled_from(["", "*", "right", "stale", "weak"]))
    def withdraw(self, refund: Refund, tag: str) -> None:
        """Take a request back."""
        self.move(refund, "withdrawn", "withdraw", {"reason": "kept it"}, tag)

    @rule(refund=REFUNDS, works=st.booleans(), tag=st.sampled_from(["", "right", "stale"]))
    def pay(self, refund: Refund, works: bool, tag: str) -> None:
        """Report a payout."""
        body = {"result": "paid" if works else "failed", "reference": "PAY-1", "at": self.written(self.now)}
        self.move(refund, "paid" if works else "payout_failed", "payout", body, tag)

    @rule(refund=REFUNDS, tag=st.sampled_from(["", "right", "stale"]))
    def inform(self, refund: Refund, tag: str) -> None:
        """Answer what was asked, or what was not."""
        is_asked = refund.status == "information_requested"
        self.move(refund, "pending_review", "information", {"text": "see above"}, tag, may=is_asked)

    def move(
        self, refund: Refund, to: str, operation: str, body: dict[str, Any], tag: str, *, may: bool | None = None
    ) -> None:
        """Ask for a move under an If-Match; it happens, is stale, or is illegal."""
        tags = {"": "", "*": "*", "right": f'"{refund.version}"', "stale": f'"{refund.version - 1}"'}
        headers = {"If_Match": tags.get(tag, f'W/"{refund.version}"')} if tag else {}
        path = f"/refunds/{refund.id}/{operation}"
        if tag in ("stale", "weak"):
            with self.nothing_moves():
                stale = self.refused(self.caller.post(path, body, **headers), 412, "version_stale")
                assert stale["version"] == refund.version
        elif refund.may(to) if may is None else may:
            answered = self.caller.post(path, body, **headers)
            refund.move(to)
            self.sees(refund, answered)
        else:
            with self.nothing_moves():
                illegal = self.refused(self.caller.post(path, body, **headers), 409, "illegal_transition")
                assert (illegal["current_status"], illegal["requested_status"]) == (refund.status, to)

    @rule(order=ORDERS, kind=st.sampled_from(["phone", "id_document"]), status=st.sampled_from(["verified", "pending"]))
    def verify(self, order: Order, kind: str, status: str) -> None:
        """Tell of a factor; what waits for it, and has it now, goes on."""
        body = {kind: {"status": status}}
        answered = self.caller.call("PATCH", f"/accounts/{order.account}/verification", body)
        assert answered.status_code == 200, answered.content
        for refund in self.refunds.values():
            waits = refund.status == "information_requested" and kind in refund.asked_for
            if waits and refund.order.account == order.account and status == "verified":
                refund.move("pending_review")

    def _order_body(self, order: Order, used: str, paid: int | None = None) -> dict[str, Any]:
        lines = [
            {
                "id": name,
                "title": "goods",
                "category": "gift_card",
                "quantity": 1,
                "unit_amount": amount,
                "amount": amount,
            }
            | USES[used]
            for name, amount in order.lines.items()
        ]
        instrument = {"type": "wallet", "fingerprint": f"wallet-{order.account}"}
        amount = order.paid if paid is None else paid
        payment = {"id": "P-1", "paid_at": self.written(order.placed_at), "amount": amount, "instrument": instrument}
        told = {
            "id": order.id,
            "account_id": order.account,
            "shop_id": "S-1",
            "placed_at": self.written(order.placed_at),
        }
        return told | {"currency": "CNY", "lines": lines, "payments": [payment]}

    def refund_body(
        self, order: Order, amount: int, lines: dict[str, int], change: int | None = None
    ) -> dict[str, Any]:
        """Return a request for an order that is known, or that comes along with its payments changed."""
        body: dict[str, Any] = {
            "reference": f"RF-{next(_numbers)}",
            "requested_at": self.written(self.now),
            "amount": amount,
            "currency": "CNY",
            "reason": {"code": "changed_mind"},
            "channel": "app",
            "order": {"id": order.id},
        }
        if change is not None:
            body["order"] = self._order_body(order, "viewed", order.paid + change)
        if lines:
            body["lines"] = [{"id": line, "amount": asked} for line, asked in lines.items()]
        return body
