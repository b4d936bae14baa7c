"""Ring three, 第三方支付套现: one pays with a credit line, another buys, a third gets the refund in cash.

The money then goes from the third back to the first, a little less each time:
a closed path in time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from apps.demo.hours import minutes, moment_between
from apps.demo.lawful.means import bank_card, credit_line, wallet
from apps.demo.numbers import Numbers
from apps.demo.rings.ring import Ring, Workshop
from apps.demo.seeded import digits, faker, stream
from apps.demo.story import reviewing
from apps.demo.story.reviewing import Judgement
from apps.demo.story.stage import Course, Group, LiveAsk
from apps.demo.trade import Ask, Buyer, Instrument, Purchase, Settled, Transfer
from apps.demo.usage import Use
from apps.identity.models import FactorKind, FactorStatus
from apps.refunds.models import ReasonCode
from apps.refunds.records import PastOutcome
from apps.reviews.models import DecisionOutcome, DecisionReason

_ACCOUNTS = 6
_PAST_ROUNDS = 7
# What is easy to sell on, at its dearest.
_WARES = (("S-10143", 5), ("S-10021", 6), ("S-10143", 5), ("S-10057", 4))

_SMALL = (("S-10034", 0), ("S-10177", 0), ("S-10118", 3), ("S-10021", 1))

_VERIFIED = dict.fromkeys(FactorKind, FactorStatus.VERIFIED)

_DENIED = reviewing.decided(
    Judgement(DecisionOutcome.DENY, DecisionReason.SUSPECTED_CASH_OUT, "cash_out", "loop_pattern")
)
_MISSED = reviewing.decided(Judgement(DecisionOutcome.APPROVE, DecisionReason.EXPLAINED, hold_days=1))

_HOUR = 60.0
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class _Request:
    """Whose credit line pays, how many minutes ago the refund was asked. Alone: to a card of one's own."""

    payer: int
    ago: float
    reviews: tuple[Course, ...] = ()
    is_alone: bool = False


_REQUESTS = (
    _Request(0, 12.6 * _DAY, (_MISSED,)),
    _Request(3, 7.3 * _DAY, (_DENIED,)),
    _Request(1, 3.1 * _DAY, (_DENIED,)),
    _Request(5, 27 * _HOUR, (_DENIED,)),
    _Request(2, 208, (reviewing.noted("loop_pattern", after=31),)),
    _Request(4, 166, (reviewing.opened(ago=2.5),)),
    _Request(0, 104),
    _Request(3, 61, is_alone=True),
    _Request(1, 25),
)


def payment_loop(numbers: Numbers, *, live_since: datetime, now: datetime) -> Ring:
    """Return the ring."""
    work = Workshop(stream("ring three"), faker("zh_CN", "ring three"), numbers, now)
    ring = Ring(Group.PAYMENT_LOOP)
    ring.trade.buyers = [_account(work) for _ in range(_ACCOUNTS)]
    ring.trade.purchases = [order for buyer in ring.trade.buyers for order in _everyday(work, buyer)]
    for number in range(_PAST_ROUNDS):
        begin = live_since - timedelta(days=4 * (_PAST_ROUNDS - number))
        asked_at = moment_between(work.chance, begin, begin + timedelta(days=3))
        purchase, ask = _round(work, ring, number, asked_at)
        paid_at = ask.at + minutes(work.chance.uniform(1, 9))
        ring.trade.settled.append(Settled(ask, PastOutcome.PAID, paid_at))
        _money_home(work, ring, number, purchase.amount, paid_at)
    for wanted in _REQUESTS:
        asked_at = now - minutes(wanted.ago)
        make = _alone if wanted.is_alone else _round
        purchase, ask = make(work, ring, wanted.payer, asked_at)
        ring.live.append(LiveAsk(ask, ring.group, wanted.reviews))
        if wanted.reviews == (_MISSED,):
            # Held for a day, then paid, then sent on.
            _money_home(work, ring, wanted.payer, purchase.amount, ask.at + timedelta(hours=27))
    return ring


def _account(work: Workshop) -> Buyer:
    registered_at = moment_between(work.chance, work.now - timedelta(days=210), work.now - timedelta(days=110))
    buyer = work.account(registered_at, work.papers(), _VERIFIED)
    means = (credit_line(work.chance, buyer.id), wallet(work.chance, buyer.id))
    return replace(buyer, instruments=means)


def _everyday(work: Workshop, buyer: Buyer) -> list[Purchase]:
    """A few small things, so that the account looks used."""
    moments = [moment_between(work.chance, buyer.registered_at, work.now - timedelta(days=9)) for _ in range(3)]
    return [
        work.order(
            buyer,
            *work.chance.choice(_SMALL),
            at=at,
            instrument=buyer.instruments[1],
            use=Use.ALL,
            used_after=work.chance.uniform(3, 90),
        )
        for at in moments
    ]


def _round(work: Workshop, ring: Ring, first: int, asked_at: datetime) -> tuple[Purchase, Ask]:
    """The first pays, the second buys, the third is to have the money."""
    payer, buyer, receiver = _three(ring, first)
    purchase = _order(work, ring, buyer, payer.instruments[0], asked_at)
    ask = work.ask(purchase, asked_at, ring.group, ReasonCode.OTHER, receiver.instruments[1])
    return purchase, ask


def _alone(work: Workshop, ring: Ring, first: int, asked_at: datetime) -> tuple[Purchase, Ask]:
    """The same with fewer people: from one's own credit line to one's own bank card."""
    buyer = ring.trade.buyers[first]
    purchase = _order(work, ring, buyer, buyer.instruments[0], asked_at)
    return purchase, work.ask(purchase, asked_at, ring.group, ReasonCode.OTHER, bank_card(work.chance, buyer.id))


def _order(work: Workshop, ring: Ring, buyer: Buyer, paid_with: Instrument, asked_at: datetime) -> Purchase:
    shop_id, place = work.chance.choice(_WARES)
    at = asked_at - minutes(work.chance.uniform(70, 400))
    purchase = work.order(buyer, shop_id, place, at=at, instrument=paid_with)
    ring.trade.purchases.append(purchase)
    return purchase


def _money_home(work: Workshop, ring: Ring, first: int, amount: int, since: datetime) -> None:
    """Send the money from the third through the fourth back to the first, each keeping two percent."""
    payer, _buyer, receiver = _three(ring, first)
    go_between = ring.trade.buyers[(first + 3) % _ACCOUNTS]
    at = since
    for sender, target in ((receiver, go_between), (go_between, payer)):
        at = (at + minutes(work.chance.uniform(25, 240))).replace(microsecond=0)
        amount = amount * 98 // 100
        ring.trade.transfers.append(
            Transfer(f"T{digits(work.chance, 14)}", at, amount, sender.id, target.id, sender.instruments[1])
        )


def _three(ring: Ring, first: int) -> tuple[Buyer, Buyer, Buyer]:
    buyers = ring.trade.buyers
    return buyers[first % _ACCOUNTS], buyers[(first + 1) % _ACCOUNTS], buyers[(first + 2) % _ACCOUNTS]
