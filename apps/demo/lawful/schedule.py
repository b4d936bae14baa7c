"""Which honest requests came in, when, and what the reviewers made of them."""

from dataclasses import dataclass
from enum import Enum, auto

from apps.demo.lawful import occasions as why
from apps.demo.lawful.occasions import Occasion
from apps.demo.story import paying, reviewing
from apps.demo.story.reviewing import Judgement
from apps.demo.story.stage import Course
from apps.identity.records import VerificationRecord
from apps.refunds.models import Channel
from apps.reviews.models import DecisionOutcome, DecisionReason, InformationItem


class Who(Enum):
    """Which of the honest buyers: with many orders and well verified, in the first days, or with few orders."""

    ESTABLISHED = auto()
    NEWCOMER = auto()
    SELDOM = auto()


@dataclass(frozen=True)
class Entry:
    """One request, or `times` alike. `ago` are the minutes before now; None: some time in the last weeks.

    `answer_in` are the minutes from now to the moment at which the client's own channel decides.
    """

    occasion: Occasion
    who: Who = Who.ESTABLISHED
    times: int = 1
    ago: float | None = None
    reviews: tuple[Course, ...] = ()
    holds: tuple[Course, ...] = ()
    payouts: tuple[Course, ...] = ()
    failures: tuple[Course, ...] = ()
    denials: tuple[Course, ...] = ()
    channel: Channel | None = None
    answer_in: float | None = None


def _approved(reason: DecisionReason, note: str = "", message: str = "", hold_days: int | None = None) -> Course:
    return reviewing.decided(Judgement(DecisionOutcome.APPROVE, reason, message, note, hold_days))


def _denied(reason: DecisionReason, message: str, note: str = "") -> Course:
    return reviewing.decided(Judgement(DecisionOutcome.DENY, reason, message, note))


_MINOR = _approved(DecisionReason.MINOR_PURCHASE, "minor", "minor")
# What a reviewer does where the schedule names nothing else.
ORDINARY = _approved(DecisionReason.EXPLAINED)
_GOOD = _approved(DecisionReason.GOOD_HISTORY, "good_history")
_UNUSED = _approved(DecisionReason.NOT_USED, "unused_checked")
_CAREFUL = _approved(DecisionReason.EXPLAINED, hold_days=3)
_PART = reviewing.decided(Judgement(DecisionOutcome.PARTIAL, DecisionReason.PART_CONSUMED, "part_consumed"))
_USED = _denied(DecisionReason.CONSUMED, "consumed", "used_in_log")
_SILENT = _denied(DecisionReason.NO_INFORMATION, "no_information")

_CARD_CLOSED = paying.not_paid("card_closed")

_IDENTITY = (InformationItem.ID_DOCUMENT, InformationItem.EXPLANATION)
_USAGE = (InformationItem.USAGE_PROOF,)
_VERIFIED = VerificationRecord.model_validate(
    {"id_document": {"status": "verified", "provider": "id-check-cn", "name_match": True}}
)


def _asked_identity(after_hours: float = 0) -> Course:
    return reviewing.asked(
        *(_IDENTITY, "ask_identity"),
        days=2,
        answer="identity" if after_hours else "",
        after_hours=after_hours,
        verification=_VERIFIED,
    )


def _asked_usage(after_hours: float = 0, days: float = 1) -> Course:
    return reviewing.asked(
        *(_USAGE, "ask_usage"),
        days=days,
        answer="usage" if after_hours else "",
        after_hours=after_hours,
        picture="backpack.png",
    )


# Overlooked the request, and sends now what shows that somebody else signed in.
_APPEALED = reviewing.appealed("overlooked", ago=64, picture="sign_ins.png")
_DAY = 24 * 60

# Settled by now, unless the policy or a reviewer lets the money wait.
EARLIER = (
    Entry(why.WRONG_REGION, times=14),
    Entry(why.CHILD_TAP, times=10),
    Entry(why.DUPLICATE, times=9),
    Entry(why.RENEWAL, times=10),
    Entry(why.WRONG_CARD, times=8),
    Entry(why.NOT_CREDITED, times=9),
    Entry(why.PARCEL, times=4),
    Entry(why.COACH_ABSENT, times=2),
    Entry(why.SHOP_CLOSED, times=6),
    Entry(why.CODE_REJECTED, times=3, reviews=(_UNUSED,)),
    Entry(why.WRONG_REGION, Who.NEWCOMER, times=4),
    Entry(why.CODE_REJECTED, Who.SELDOM, times=3, reviews=(_UNUSED,)),
    Entry(why.NEW_CARD, times=2, reviews=(_CAREFUL,)),
    Entry(why.CHILD, times=4, reviews=(_MINOR,)),
    Entry(why.CHILD_AT_HOME, reviews=(_MINOR,)),
    Entry(why.PART_USED, times=3, reviews=(_GOOD,)),
    Entry(why.HALF_USED, times=3, reviews=(_PART,)),
    Entry(why.HALF_USED, Who.SELDOM, times=2, reviews=(_USED,)),
    Entry(why.NOT_ME, reviews=(_asked_identity(5), _CAREFUL)),
    Entry(why.NOT_ME, Who.SELDOM, ago=6 * _DAY, reviews=(_asked_identity(), _SILENT), denials=(_APPEALED,)),
    Entry(why.HALF_USED, reviews=(_asked_usage(3), _PART)),
    Entry(why.NOT_CREDITED, times=2, payouts=(_CARD_CLOSED,), failures=(paying.asked_again("retry_card"),)),
    Entry(why.WRONG_REGION, Who.NEWCOMER, ago=3 * _DAY + 400, holds=(paying.let_go("release_vip", after=1.5),)),
    Entry(why.CODE_REJECTED, Who.SELDOM, ago=5 * _DAY, holds=(reviewing.withdrawn(95),)),
    Entry(why.HALF_USED, ago=4 * _DAY + 90, reviews=(reviewing.withdrawn(26),)),
)

# The last day, request by request: what waits now, how long, and for whom.
LATELY = (
    # Held, the next to be released first.
    Entry(why.WRONG_REGION, Who.NEWCOMER, ago=_DAY - 21),
    Entry(why.CODE_REJECTED, Who.SELDOM, ago=_DAY - 74),
    Entry(why.WRONG_CARD, Who.NEWCOMER, ago=_DAY - 208),
    Entry(why.CHILD_TAP, Who.NEWCOMER, ago=19.5 * 60, holds=(paying.extended("extend_shop", after=0.5, days=1),)),
    Entry(why.CODE_REJECTED, Who.SELDOM, ago=9 * 60),
    Entry(why.NOT_CREDITED, Who.NEWCOMER, ago=310),
    Entry(why.WRONG_REGION, Who.NEWCOMER, ago=84),
    # Approved by people, and waiting.
    Entry(why.CHILD, ago=21 * 60, reviews=(_MINOR,)),
    Entry(why.HALF_USED, ago=17 * 60, reviews=(_PART,)),
    Entry(why.HALF_USED, ago=11 * 60, reviews=(_PART,)),
    Entry(why.NOT_ME, ago=30 * 60, reviews=(_asked_identity(9), _CAREFUL)),
    # Waiting for the customer.
    Entry(why.NOT_ME, ago=26 * 60, reviews=(_asked_identity(),)),
    Entry(why.NOT_ME, Who.SELDOM, ago=15 * 60, reviews=(_asked_identity(),)),
    Entry(why.HALF_USED, ago=7 * 60, reviews=(_asked_usage(),)),
    Entry(why.HALF_USED, Who.SELDOM, ago=6 * 60, reviews=(_asked_usage(days=2),)),
    # Could not be paid.
    Entry(why.NOT_CREDITED, ago=2 * _DAY + 130, payouts=(_CARD_CLOSED,)),
    Entry(why.WRONG_CARD, ago=19 * 60, payouts=(paying.not_paid("name_differs"),)),
    # Taken back by the customer.
    Entry(why.NOT_CREDITED, Who.NEWCOMER, ago=20 * 60, holds=(reviewing.withdrawn(41),)),
    # Cleared and paid, or about to be.
    Entry(why.DUPLICATE, ago=640),
    Entry(why.CHILD_TAP, ago=455),
    Entry(why.SHOP_CLOSED, ago=388),
    Entry(why.RENEWAL, ago=236),
    Entry(why.WRONG_REGION, ago=118),
    Entry(why.DUPLICATE, ago=64),
    Entry(why.CHILD_TAP, ago=6),
    Entry(why.WRONG_REGION, ago=3.2),
    Entry(why.NOT_CREDITED, ago=1.4),
)

# What nobody has decided yet.
QUEUE = (
    # The store decides by itself in a quarter of an hour, and our answer had to be there half an hour before.
    Entry(why.HALF_USED, ago=186, channel=Channel.APP_STORE, answer_in=17),
    Entry(why.CHILD, ago=231),
    Entry(why.CHILD_AT_HOME, ago=441),
    Entry(why.HALF_USED, Who.SELDOM, ago=205, reviews=(reviewing.given_back("waiting_for_shop"),)),
    Entry(why.NOT_ME, ago=182),
    Entry(why.CODE_REJECTED, Who.SELDOM, ago=330, holds=(paying.called_back("recall_factor", ago=158),)),
    Entry(why.CHILD, ago=149),
    Entry(why.HALF_USED, ago=133, reviews=(_asked_usage(0.7),)),
    Entry(why.HALF_USED, ago=97),
    Entry(why.LONG_USED, Who.SELDOM, ago=260),
    Entry(why.CHILD_AT_HOME, ago=71),
    Entry(why.CHILD, ago=43),
    Entry(why.NOT_ME, Who.SELDOM, ago=36),
    Entry(why.HALF_USED, ago=19),
    Entry(why.HALF_USED, ago=8),
)
