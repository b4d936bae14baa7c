"""Ring one, 虚构交易链: three young shops, and a dozen buyers who are the owners.

They share a document, a phone, a bank card and two devices with the owners,
buy the same face values in the same three shops within minutes of each other,
use everything at once, and then claim that nothing was credited.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from apps.demo.catalogue import shop
from apps.demo.hours import minutes, moment_between
from apps.demo.lawful.means import bank_card, credit_card, device
from apps.demo.numbers import Numbers
from apps.demo.rings.ring import Papers, Ring, Workshop
from apps.demo.seeded import faker, stream
from apps.demo.story import paying, reviewing
from apps.demo.story.reviewing import Judgement
from apps.demo.story.stage import Course, Group, LiveAsk
from apps.demo.trade import Buyer, Device, Instrument, Language, Purchase
from apps.demo.usage import Use
from apps.identity.models import FactorKind, FactorStatus
from apps.refunds.models import ReasonCode
from apps.reviews.models import DecisionOutcome, DecisionReason

_CURRENCY, _POINTS, _CODES = _SHOPS = ("S-10391", "S-10394", "S-10402")
_BUYERS = 13
_SESSIONS = 11

_VERIFIED = dict.fromkeys(FactorKind, FactorStatus.VERIFIED)
_FAILED = {**_VERIFIED, FactorKind.ID_DOCUMENT: FactorStatus.FAILED}

_DENIED = reviewing.decided(
    Judgement(DecisionOutcome.DENY, DecisionReason.SUSPECTED_CASH_OUT, "cash_out", "chain_same_identity")
)
_DENIED_AS_USED = reviewing.decided(Judgement(DecisionOutcome.DENY, DecisionReason.CONSUMED, "consumed", "used_in_log"))
_MISSED = reviewing.decided(Judgement(DecisionOutcome.APPROVE, DecisionReason.MERCHANT_FAULT))
_HESITANT = reviewing.decided(Judgement(DecisionOutcome.APPROVE, DecisionReason.MERCHANT_FAULT, hold_days=3))

_HOUR = 60.0
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class _Request:
    """Who asks, for what, how many minutes ago; to the owner's card or back to the one that paid."""

    buyer: int
    shop: str
    ago: float
    to_owner: bool = True
    reviews: tuple[Course, ...] = ()
    is_recalled: bool = False


_REQUESTS = (
    _Request(0, _CURRENCY, 10.4 * _DAY, to_owner=False, reviews=(_MISSED,)),
    _Request(3, _CURRENCY, 8.2 * _DAY, reviews=(_DENIED_AS_USED,)),
    _Request(1, _POINTS, 5.3 * _DAY, reviews=(_DENIED,)),
    _Request(4, _CURRENCY, 3.6 * _DAY, reviews=(reviewing.noted("chain_reported", after=3), _DENIED)),
    _Request(6, _POINTS, 2.7 * _DAY, reviews=(_DENIED,)),
    _Request(2, _CODES, 33 * _HOUR, to_owner=False, reviews=(_HESITANT,), is_recalled=True),
    _Request(5, _CURRENCY, 28 * _HOUR, reviews=(_DENIED,)),
    _Request(7, _CURRENCY, 221, reviews=(reviewing.noted("chain_same_identity", after=24),)),
    _Request(8, _POINTS, 197),
    _Request(9, _CODES, 171, to_owner=False),
    _Request(10, _CURRENCY, 140),
    _Request(11, _POINTS, 112),
    _Request(12, _CODES, 76, to_owner=False),
    _Request(1, _CURRENCY, 29),
)


def fictitious_trade(numbers: Numbers, now: datetime) -> Ring:
    """Return the ring."""
    work = Workshop(stream("ring one"), faker("zh_CN", "ring one"), numbers, now)
    devices = tuple(device(work.chance, Language.CHINESE) for _ in range(2))
    papers = (work.papers(), work.papers())
    # One bank card behind everything.
    papers = (papers[0], replace(papers[1], card=papers[0].card))
    owners = [_owner(work, paper, devices[0], days) for paper, days in zip(papers, (83, 79), strict=True)]
    receiving = bank_card(work.chance, owners[0].id, papers[0].card[-4:])
    buyers = [_buyer(work, place, papers, devices) for place in range(_BUYERS)]
    cards = [credit_card(work.chance, buyers[place].id) for place in (0, 5)]

    ring = Ring(Group.TRADE_CHAIN)
    ring.trade.buyers = [*owners, *buyers]
    owned_by = {_SHOPS[0]: owners[0], _SHOPS[1]: owners[1], _SHOPS[2]: owners[0]}
    ring.trade.shops = [replace(shop(shop_id), owner=owner.id) for shop_id, owner in owned_by.items()]
    _trade(work, ring, buyers, cards)
    for owner, days in zip(owners, (61, 47), strict=True):
        ring.trade.purchases.append(_own_order(work, owner, replace(receiving, holder=owner.id), days))
    _requests(work, ring, buyers, cards, receiving)
    return ring


def _owner(work: Workshop, papers: Papers, used: Device, days: int) -> Buyer:
    registered_at = moment_between(work.chance, work.now - timedelta(days=days + 3), work.now - timedelta(days=days))
    return work.account(registered_at, papers, _VERIFIED, used)


def _buyer(work: Workshop, place: int, papers: tuple[Papers, ...], devices: tuple[Device, ...]) -> Buyer:
    """Registered in two waves; each has the papers of one owner or the other's phone."""
    oldest, youngest = (44, 36) if place < 10 else (6, 4)
    registered_at = moment_between(work.chance, work.now - timedelta(days=oldest), work.now - timedelta(days=youngest))
    own, other = papers[place % 2], papers[1 - place % 2]
    given = own if place % 3 else replace(own, phone=other.phone)
    return work.account(registered_at, given, _FAILED if place % 4 == 1 else _VERIFIED, devices[place % 2])


def _trade(work: Workshop, ring: Ring, buyers: list[Buyer], cards: list[Instrument]) -> None:
    """Buy in sessions: everybody, one after the other, a few minutes apart, in one shop."""
    for session in range(_SESSIONS):
        begin = work.now - timedelta(days=34 - 3 * session)
        at = moment_between(work.chance, begin, begin + timedelta(days=2))
        shop_id = _SHOPS[session % 3]
        for place, buyer in enumerate(buyers):
            at += minutes(work.chance.uniform(1.2, 4.5))
            if buyer.registered_at + timedelta(hours=1) < at < work.now - timedelta(hours=8):
                ring.trade.purchases.append(_order(work, buyer, shop_id, cards[place % len(cards)], at))


def _own_order(work: Workshop, owner: Buyer, card: Instrument, days: int) -> Purchase:
    """An owner's private subscription: the device and the card are the owner's too."""
    at = moment_between(work.chance, work.now - timedelta(days=days), work.now - timedelta(days=days - 2))
    return work.order(owner, "S-10118", 0, at=at, instrument=card, use=Use.ALL, used_after=20)


def _requests(work: Workshop, ring: Ring, buyers: list[Buyer], cards: list[Instrument], receiving: Instrument) -> None:
    recalled = (paying.called_back("recall_chain", ago=104),)
    for wanted in _REQUESTS:
        at = work.now - minutes(wanted.ago)
        card = cards[wanted.buyer % len(cards)]
        bought_at = at - minutes(work.chance.uniform(38, 150))
        purchase = _order(work, buyers[wanted.buyer], wanted.shop, card, bought_at)
        ring.trade.purchases.append(purchase)
        destination = receiving if wanted.to_owner else card
        ask = work.ask(purchase, at, ring.group, ReasonCode.NOT_DELIVERED, destination)
        ring.live.append(LiveAsk(ask, ring.group, wanted.reviews, recalled if wanted.is_recalled else ()))


def _order(work: Workshop, buyer: Buyer, shop_id: str, card: Instrument, at: datetime) -> Purchase:
    """Codes stay unreported by the shop; game currency shows in the game's log within minutes."""
    use = Use.NONE if shop_id == _CODES else Use.ALL
    return work.order(
        buyer,
        shop_id,
        work.chance.randrange(len(shop(shop_id).goods)),
        at=at,
        instrument=card,
        payer=buyer.id,
        quantity=work.chance.choice((1, 1, 2)),
        use=use,
        used_after=work.chance.uniform(1.5, 9),
    )
