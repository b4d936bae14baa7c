"""What a story needs to go on: the client, the people, and where the refund stands."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from apps.clients.models import ApiClient
from apps.common.actors import Actor
from apps.demo.story.agenda import Story
from apps.demo.story.desk import Desk
from apps.demo.trade import Ask
from apps.refunds.lifecycle import Status
from apps.refunds.models import Refund
from apps.reviews.models import CaseStatus, ReviewCase


class Group(StrEnum):
    """Who asks: honest people, or one of the rings."""

    LAWFUL = "lawful"
    TRADE_CHAIN = "trade_chain"
    CIRCULAR = "circular"
    PAYMENT_LOOP = "payment_loop"


@dataclass
class Stage:
    """What all stories share."""

    now: datetime
    client: ApiClient
    client_actor: Actor
    desk: Desk
    chance: random.Random
    # References of the requests that came in, by group, the latest last.
    arrived: dict[Group, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))


@dataclass
class Scene:
    """One refund's story so far."""

    stage: Stage
    live: "LiveAsk"
    reference: str
    refund_id: str = ""

    @property
    def ask(self) -> Ask:
        """What is asked."""
        return self.live.ask

    def status(self) -> Status:
        """Return where the refund stands."""
        return Status(Refund.objects.values_list("status", flat=True).get(pk=self.refund_id))

    def case_id(self) -> str:
        """Return the refund's case that is not closed."""
        cases = ReviewCase.objects.exclude(status=CaseStatus.CLOSED)
        return cases.values_list("pk", flat=True).get(refund_id=self.refund_id)

    def sibling(self) -> str:
        """Return the reference of another account's latest request from the same group, empty if there is none."""
        others = [
            reference for buyer, reference in self.stage.arrived[self.live.group] if buyer != self.ask.purchase.buyer.id
        ]
        return others[-1] if others else ""


# Goes on from a moment, yields when it wants to be resumed, returns the moment at which it ends.
Course = Callable[[Scene, datetime], Story]


@dataclass(frozen=True)
class LiveAsk:
    """A request that is submitted, and what people do each time it reaches them.

    Where a list is used up, a case stays open, a hold runs out, a payout is
    made, a failed payout waits, and a denial stands.
    """

    ask: Ask
    group: Group
    reviews: tuple[Course, ...] = ()
    holds: tuple[Course, ...] = ()
    payouts: tuple[Course, ...] = ()
    failures: tuple[Course, ...] = ()
    denials: tuple[Course, ...] = ()

    def courses(self) -> dict[Status, Iterator[Course]]:
        """Return the courses by the status at which each is taken."""
        return {
            Status.PENDING_REVIEW: iter(self.reviews),
            Status.HELD: iter(self.holds),
            Status.RELEASED: iter(self.payouts),
            Status.PAYOUT_FAILED: iter(self.failures),
            Status.DENIED: iter(self.denials),
        }
