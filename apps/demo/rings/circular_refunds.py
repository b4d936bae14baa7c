"""Ring two, 循环退款: buy a gift card, open the code, ask the money back minutes later, and again.

The automatic fast refund paid them for weeks; the codes were redeemed after
the money had come back.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from apps.demo.hours import minutes, moment_between
from apps.demo.lawful.means import bank_card, device, wallet
from apps.demo.numbers import Numbers
from apps.demo.rings.ring import Ring, Workshop
from apps.demo.seeded import faker, stream
from apps.demo.story import paying, reviewing
from apps.demo.story.reviewing import Judgement
from apps.demo.story.stage import Course, Group, LiveAsk
from apps.demo.trade import Ask, Buyer, Device, Language, Purchase, Settled
from apps.demo.usage import Use
from apps.identity.models import FactorKind, FactorStatus
from apps.refunds.models import ReasonCode
from apps.refunds.records import PastOutcome
from apps.reviews.models import DecisionOutcome, DecisionReason

_ACCOUNTS = 8
_GIFT_CARDS = "S-10102"
# The dearer cards: 198, 328, 648 yuan.
_PLACES = (3, 4, 4, 5, 5, 5)
_KEPT = 2

_STATES = (
    {FactorKind.PHONE: FactorStatus.VERIFIED, FactorKind.ID_DOCUMENT: FactorStatus.UNVERIFIED},
    {FactorKind.PHONE: FactorStatus.VERIFIED},
    {
        FactorKind.PHONE: FactorStatus.VERIFIED,
        FactorKind.ID_DOCUMENT: FactorStatus.PENDING,
        FactorKind.BANK_CARD: FactorStatus.VERIFIED,
    },
)

_DENIED = reviewing.decided(
    Judgement(DecisionOutcome.DENY, DecisionReason.SUSPECTED_CASH_OUT, "code_used", "circular_pattern")
)
_DENIED_AS_VIEWED = reviewing.decided(Judgement(DecisionOutcome.DENY, DecisionReason.CONSUMED, "code_used"))
_MISSED = reviewing.decided(
    Judgement(DecisionOutcome.APPROVE, DecisionReason.NOT_USED, note="circular_missed", hold_days=1)
)
_HESITANT = reviewing.decided(Judgement(DecisionOutcome.APPROVE, DecisionReason.NOT_USED, hold_days=3))

_HOUR = 60.0
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class _Request:
    """Which account asks, how many minutes ago."""

    account: int
    ago: float
    reviews: tuple[Course, ...] = ()
    is_recalled: bool = False


_REQUESTS = (
    _Request(0, 18.3 * _DAY, (_MISSED,)),
    _Request(3, 15.7 * _DAY, (_MISSED,)),
    _Request(5, 9.1 * _DAY, (_DENIED_AS_VIEWED,)),
    _Request(2, 4.4 * _DAY, (_DENIED,)),
    _Request(4, 2.2 * _DAY, (_DENIED,)),
    _Request(1, 31 * _HOUR, (_HESITANT,), is_recalled=True),
    _Request(6, 26 * _HOUR, (_DENIED,)),
    _Request(7, 213, (reviewing.noted("circular_pattern", after=17),)),
    _Request(0, 188),
    _Request(7, 154),
    _Request(3, 121),
    _Request(0, 92),
    _Request(5, 55),
    _Request(7, 12),
)


def circular_refunds(numbers: Numbers, *, live_since: datetime, now: datetime) -> Ring:
    """Return the ring. What it asked before `live_since` was paid by the automatic refund."""
    work = Workshop(stream("ring two"), faker("zh_CN", "ring two"), numbers, now)
    shared = device(work.chance, Language.CHINESE)
    ring = Ring(Group.CIRCULAR)
    for place in range(_ACCOUNTS):
        buyer = _account(work, place, shared if place % 4 == 0 else None)
        ring.trade.buyers.append(buyer)
        _past_cycles(work, ring, buyer, live_since)
    recalled = (paying.called_back("recall_circular", ago=47),)
    for wanted in _REQUESTS:
        purchase, ask = _cycle(work, ring.trade.buyers[wanted.account], now - minutes(wanted.ago))
        ring.trade.purchases.append(purchase)
        ring.live.append(LiveAsk(ask, ring.group, wanted.reviews, recalled if wanted.is_recalled else ()))
    return ring


def _account(work: Workshop, place: int, shared: Device | None) -> Buyer:
    registered_at = moment_between(work.chance, work.now - timedelta(days=74), work.now - timedelta(days=58))
    buyer = work.account(registered_at, work.papers(), _STATES[place % len(_STATES)], shared)
    means = wallet(work.chance, buyer.id) if place % 2 else bank_card(work.chance, buyer.id)
    return replace(buyer, instruments=(means,))


def _past_cycles(work: Workshop, ring: Ring, buyer: Buyer, until: datetime) -> None:
    """Six to nine paid cycles, and a little that was kept."""
    begin = buyer.registered_at + timedelta(days=2)
    for _ in range(work.chance.randint(6, 9)):
        at = moment_between(work.chance, begin, until - timedelta(hours=30))
        purchase, ask = _cycle(work, buyer, at)
        ring.trade.purchases.append(purchase)
        paid_at = ask.at + minutes(work.chance.uniform(0.3, 1.5))
        ring.trade.settled.append(Settled(ask, PastOutcome.PAID, paid_at))
    for _ in range(_KEPT):
        at = moment_between(work.chance, begin, until)
        ring.trade.purchases.append(
            work.order(buyer, "S-10177", 0, at=at, instrument=buyer.instruments[0], use=Use.ALL, used_after=300)
        )


def _cycle(work: Workshop, buyer: Buyer, asked_at: datetime) -> tuple[Purchase, Ask]:
    """Order, code opened a minute or two later, money asked back a few minutes after the payment."""
    after = work.chance.uniform(3.2, 8.4)
    purchase = work.order(
        buyer,
        _GIFT_CARDS,
        work.chance.choice(_PLACES),
        at=asked_at - minutes(after),
        instrument=buyer.instruments[0],
        use=Use.VIEWED,
        used_after=work.chance.uniform(0.8, 1.9),
    )
    ask = work.ask(purchase, asked_at, Group.CIRCULAR, ReasonCode.CHANGED_MIND, buyer.instruments[0])
    return _redeemed_later(work, purchase, asked_at), ask


def _redeemed_later(work: Workshop, purchase: Purchase, asked_at: datetime) -> Purchase:
    """Let the issuer report, in most cases, that the code was redeemed after the request."""
    redeemed_at = (asked_at + minutes(work.chance.uniform(9, 400))).replace(microsecond=0)
    if redeemed_at > work.now or work.chance.random() < 0.2:
        return purchase
    evidence = f"卡密核销流水 {work.chance.randrange(10**11, 10**12)}"
    (line,) = purchase.lines
    return replace(purchase, lines=(replace(line, percent=100, first_used_at=redeemed_at, evidence=evidence),))
