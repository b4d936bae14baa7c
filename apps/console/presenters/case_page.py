"""What the case page shows, ready to be written out."""

from dataclasses import dataclass
from datetime import datetime

from apps.console.presenters.marks import LevelMark, State, TimeLeft


@dataclass(frozen=True)
class StepMark:
    """One step on the way to the deadline: taken, or next unless the case is decided before."""

    words: str
    at: datetime


@dataclass(frozen=True)
class Ask:
    """What is asked: the line in large type and the facts under it."""

    amount: str
    order_amount: str
    is_whole_order: bool
    order_id: str
    reference: str
    refund_id: str
    placed_at: datetime
    requested_at: datetime
    after_payment: str
    category: str
    shop: str
    shop_id: str
    channel: str
    answer_by: datetime | None
    default_outcome: str
    time_left: TimeLeft | None
    steps_taken: list[StepMark]
    next_step: StepMark | None
    status: State


@dataclass(frozen=True)
class LineRow:
    """One line of the order; `asked` is empty when no refund of it is asked."""

    title: str
    detail: str
    amount: str
    asked: str
    delivery: State
    delivered_at: datetime | None
    used_percent: int | None
    used_words: str
    used_tone: str
    first_used_at: datetime | None
    evidence: str


@dataclass(frozen=True)
class Said:
    """The customer's own words."""

    reason: str
    text: str


@dataclass(frozen=True)
class MoneyEnd:
    """One station of the money's way: with what, whose, and a word when that is not the account's."""

    label: str
    instrument: str
    holder: str
    warning: str


@dataclass(frozen=True)
class MoneyBetween:
    """What moved between the account and the shop, as far as it is in the file: orders, and refunds that count."""

    orders: int
    paid: str
    refunds: int
    returned: str
    since: datetime


@dataclass(frozen=True)
class RecordLink:
    """A record that a factor counted; `address` is empty when no page shows it."""

    label: str
    address: str


@dataclass(frozen=True)
class FactorRow:
    """One reason, with what it counted. `share` is its part of the heaviest factor, 0-100."""

    code: str
    title: str
    points: str
    share: int
    tone: str
    observed: str
    sentence: str
    threshold: str
    window: str
    innocent: str
    base_rate: str
    records: list[RecordLink]
    records_more: int


@dataclass(frozen=True)
class Weight:
    """What the policy made of it when it came in."""

    score: int
    level: LevelMark
    policy_version: int
    opened_because: str
    queue: str


@dataclass(frozen=True)
class ProofRow:
    """One verification factor: state, age, agreement, shared by.

    `doubt` says in words what is noticed of the number's format, `check` how
    far a check by the operator's service has come; both may be empty.
    """

    kind: str
    name: str
    icon: str
    masked: str
    state: State
    age: str
    agreement: State
    shared: State
    doubt: str
    check: str
    may_reveal: bool
    may_check: bool
    may_ask: bool


@dataclass(frozen=True)
class Figure:
    """A number with its name."""

    label: str
    value: str
    hint: str


@dataclass(frozen=True)
class AccountPanel:
    """Who asks."""

    account_id: str
    name: str
    registered: str
    tags: list[State]
    case_id: str
    proofs: list[ProofRow]
    figures: list[Figure]


@dataclass(frozen=True)
class Work:
    """Who works on the case, and what this person may do with it."""

    case_id: str
    is_mine: bool
    is_closed: bool
    is_waiting: bool
    holder: str
    leased_until: datetime | None
    token: int
    may_claim: bool
    is_for_others: bool
    is_escalated: bool = False
    is_second: bool = False
    may_take_over: bool = False
    # Until when this person may undo what they decided.
    undo_until: datetime | None = None
    is_settling: bool = False
    is_decided: bool = False


@dataclass(frozen=True)
class Proposed:
    """What the first person decided, for the second. Blind: everything but why it is asked for is empty."""

    because: list[str]
    is_blind: bool
    by: str = ""
    at: datetime | None = None
    state: State | None = None
    amount: str = ""
    hold_until: datetime | None = None
    reason: str = ""
    message: str = ""
    note: str = ""


@dataclass(frozen=True)
class FileRow:
    """A file that the customer sent; drawn on the page when it is opened, shown in a page of its own, or saved."""

    name: str
    kind: str
    size: str
    icon: str
    address: str
    download: str
    is_drawn: bool
    is_shown: bool


@dataclass(frozen=True)
class FirstDecision:
    """The denial that an appeal is against."""

    state: State
    reason: str
    by: str
    at: datetime
    message: str


@dataclass(frozen=True)
class Statement:
    """An answer or an appeal of the customer; `about` is what was asked for."""

    at: datetime
    state: State
    about: str
    text: str
    files: list[FileRow]
    first_decision: FirstDecision | None


@dataclass(frozen=True)
class Past:
    """One thing that people did with this refund before: a decision, a request, a hold."""

    at: datetime
    state: State
    by: str
    text: str
    message: str


@dataclass(frozen=True)
class NoteRow:
    """A note of a colleague, with its files."""

    author: str
    at: datetime
    text: str
    files: list[FileRow]


@dataclass(frozen=True)
class CasePage:
    """The whole case; `case_id` is empty for a refund that never came to a person."""

    case_id: str
    is_appeal: bool
    ask: Ask
    lines: list[LineRow]
    said: Said
    money: list[MoneyEnd]
    between: MoneyBetween | None
    weight: Weight
    factors: list[FactorRow]
    account: AccountPanel
    work: Work
    proposed: Proposed | None
    statements: list[Statement]
    past: list[Past]
    notes: list[NoteRow]
