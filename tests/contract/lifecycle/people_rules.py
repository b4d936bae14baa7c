"""What people and timers do, legal or not, through the services that pages and ticks call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from apps.common.errors import Refusal
from apps.payouts.models import Hold
from apps.payouts.services.hold import hold_extend, hold_release_early, holds_release_due
from apps.payouts.services.payout import payout_retry
from apps.reviews.models import DecisionOutcome, DecisionReason, InformationItem, ReviewCase
from apps.reviews.services.claim import case_claim, leases_expire_due
from apps.reviews.services.decide import case_decide
from apps.reviews.services.information import case_request_information, information_expire_due
from apps.reviews.services.recall import hold_recall_to_review
from apps.reviews.verdicts import Verdict
from apps.staff.models import Person
from tests.contract.lifecycle.client_rules import REFUNDS
from tests.contract.lifecycle.later_rules import LaterRules
from tests.contract.lifecycle.model import Refund
from tests.support.factories import person_actor

PEOPLE = st.integers(0, 2)
REASONS = {
    DecisionOutcome.APPROVE: DecisionReason.EXPLAINED,
    DecisionOutcome.PARTIAL: DecisionReason.PART_CONSUMED,
    DecisionOutcome.DENY: DecisionReason.CONSUMED,
}
WAITS = st.sampled_from([timedelta(minutes=-1), timedelta(), timedelta(hours=2), timedelta(days=3)])


class PeopleRules(LaterRules):
    """Claims, decisions, holds, and time passing."""

    @rule(refund=REFUNDS, who=PEOPLE, outcome=st.sampled_from(DecisionOutcome), share=st.integers(0, 100), wait=WAITS)
    def decide(self, refund: Refund, who: int, outcome: DecisionOutcome, share: int, wait: timedelta) -> None:
        """Claim a case and decide it at once; `wait` before now is no time for a hold, none leaves it to the policy."""
        person = self.people[who]
        if refund.status != "pending_review" or person.username == refund.not_for:
            self._cannot_claim(refund, person)
            return
        claim = case_claim(self._case(refund).id, person, actor=person_actor(person), now=self.now)
        lines = {line: amount * share // 100 for line, amount in refund.lines.items()}
        approved = {"approve": refund.amount, "partial": sum(lines.values()), "deny": 0}[outcome.value]
        told = refund.lines if outcome is DecisionOutcome.APPROVE else lines
        verdict = Verdict(outcome, REASONS[outcome], "说明", lines=lines, hold_until=self.now + wait if wait else None)

        def work() -> object:
            return case_decide(
                claim.case_id, verdict, person=person, token=claim.token, actor=person_actor(person), now=self.now
            )

        refusal = self._why_not(refund, outcome, approved, told, wait)
        if refusal:
            self._refuses(refusal, work)
            return
        work()
        if outcome is DecisionOutcome.DENY:
            refund.move("denied")
            refund.denied_by, refund.denied_at = person.username, self.now
            return
        self._approved(refund, person, approved, told, wait)

    def _why_not(
        self, refund: Refund, outcome: DecisionOutcome, approved: int, lines: dict[str, int], wait: timedelta
    ) -> str:
        if wait < timedelta():
            return "hold_until_out_of_bounds"
        if outcome is DecisionOutcome.PARTIAL and not refund.lines:
            return "partial_needs_lines"
        if outcome is DecisionOutcome.PARTIAL and not 0 < approved < refund.amount:
            return "partial_amounts_wrong"
        if outcome is not DecisionOutcome.DENY and not refund.order.approvable(refund, approved, lines):
            return "approval_exceeds"
        return ""

    def _approved(self, refund: Refund, person: Person, approved: int, lines: dict[str, int], wait: timedelta) -> None:
        hold = Hold.objects.filter(refund=refund.id, ended_at__isnull=True).first()
        # Without a time of its own the policy says how long, and that may be not at all.
        assert wait == timedelta() or (hold is not None and hold.release_at == self.now + wait)
        refund.move("held" if hold else "released", approved=approved)
        refund.approved_lines = dict(lines) if lines else None
        refund.release_at = hold.release_at if hold else None
        refund.held_by = person.username if hold else ""

    def _cannot_claim(self, refund: Refund, person: Person) -> None:
        case = ReviewCase.objects.filter(refund=refund.id).order_by("-opened_at").first()
        if case is None:
            assert refund.status in ("held", "released", "paid", "payout_failed", "withdrawn")
            return
        refusal = "case_not_for_you" if refund.status == "pending_review" else "case_not_open"
        self._refuses(refusal, lambda: case_claim(case.id, person, actor=person_actor(person), now=self.now))

    @rule(refund=REFUNDS, who=PEOPLE, item=st.sampled_from(["id_document", "explanation"]), days=st.integers(0, 15))
    def ask(self, refund: Refund, who: int, item: str, days: int) -> None:
        """Claim a case and ask its customer for something; between an hour and a fortnight to answer."""
        person = self.people[who]
        if refund.status != "pending_review" or person.username == refund.not_for:
            return
        claim = case_claim(self._case(refund).id, person, actor=person_actor(person), now=self.now)
        due = self.now + timedelta(days=days)

        def work() -> object:
            return case_request_information(
                claim.case_id, items=[InformationItem(item)], message="请补充", due=due, person=person,
                token=claim.token, actor=person_actor(person), now=self.now,
            )  # fmt: skip

        if not 1 <= days <= 14:
            self._refuses("information_due_out_of_bounds", work)
            return
        work()
        refund.move("information_requested")
        refund.asked_for, refund.answer_due = (item,), due

    @rule(refund=REFUNDS, who=PEOPLE, days=st.integers(-1, 40))
    def extend(self, refund: Refund, who: int, days: int) -> None:
        """Let money wait longer, within thirty days of its placing."""
        hold = self._hold(refund)
        if hold is None:
            return
        release_at, person = self.now + timedelta(days=days), self.people[who]

        def work() -> None:
            hold_extend(hold.pk, release_at=release_at, reason="more checks", actor=person_actor(person), now=self.now)

        if refund.status != "held":
            self._refuses("hold_ended", work)
        elif not max(hold.release_at, self.now) < release_at <= hold.latest_release_at:
            self._refuses("release_out_of_bounds", work)
        else:
            work()
            refund.amend("refund.hold_changed")
            refund.release_at = release_at

    @rule(refund=REFUNDS, who=PEOPLE)
    def release_early(self, refund: Refund, who: int) -> None:
        """Let money go before its time: by anybody but who placed the hold."""
        hold, person = self._hold(refund), self.people[who]
        if hold is None:
            return

        def work() -> None:
            hold_release_early(hold.pk, reason="all clear", actor=person_actor(person), now=self.now)

        if refund.status != "held":
            self._refuses("hold_ended", work)
        elif refund.held_by == person.username:
            self._refuses("second_person_needed", work)
        else:
            work()
            refund.move("released")

    @rule(refund=REFUNDS, who=PEOPLE)
    def recall(self, refund: Refund, who: int) -> None:
        """Take money back from its wait."""
        hold, person = self._hold(refund), self.people[who]
        if hold is None:
            return

        def work() -> object:
            return hold_recall_to_review(hold.pk, reason="new signs", actor=person_actor(person), now=self.now)

        if refund.status != "held":
            self._refuses("hold_ended", work)
        else:
            work()
            refund.move("pending_review")

    @rule(refund=REFUNDS, who=PEOPLE)
    def retry_payout(self, refund: Refund, who: int) -> None:
        """Ask the client to pay again."""
        person = self.people[who]

        def work() -> None:
            payout_retry(refund.id, reason="card replaced", actor=person_actor(person), now=self.now)

        if refund.status != "payout_failed":
            self._refuses("illegal_transition", work)
        else:
            work()
            refund.move("released")

    @rule(hours=st.sampled_from([1, 30, 80, 400]))
    def time_passes(self, hours: int) -> None:
        """Let the timers do what is due by then."""
        self.tick(hours=hours)
        leases_expire_due(now=self.now)
        holds_release_due(now=self.now)
        information_expire_due(now=self.now)
        for refund in self.refunds.values():
            if refund.status == "held" and refund.release_at is not None and refund.release_at <= self.now:
                refund.move("released")
            if refund.status == "information_requested" and refund.answer_due and refund.answer_due <= self.now:
                refund.move("pending_review")

    def _case(self, refund: Refund) -> ReviewCase:
        case = ReviewCase.objects.get(refund=refund.id, closed_at__isnull=True)
        # Somebody else may still have it from a decision that was refused.
        leases_expire_due(now=self.now + timedelta(minutes=30))
        return case

    def _hold(self, refund: Refund) -> Hold | None:
        return Hold.objects.filter(refund=refund.id).order_by("-pk").first()

    def _refuses(self, code: str, work: Callable[[], Any]) -> None:
        with self.nothing_moves():
            with pytest.raises(Refusal) as refused:
                work()
            assert refused.value.code.startswith(code), (refused.value.code, code)
