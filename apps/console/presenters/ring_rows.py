"""Rings as rows of a list, and one ring on its page."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from apps.console import wording
from apps.console.presenters.marks import State, amount_words
from apps.console.presenters.ring_picture import Picture, Step, picture, steps_in_time
from apps.console.presenters.ring_words import (
    FIGURES,
    IDENTIFIERS,
    chance_words,
    figure_words,
    innocent_words,
    kind_words,
    ring_state,
)
from apps.reviews.services.rings import Stake
from apps.rings.models import Ring, RingStatus

STEPS_SHOWN = 200


@dataclass(frozen=True)
class RingRow:
    """One ring in a list."""

    ring_id: str
    kind: str
    means: str
    state: State
    score: int
    accounts: int
    shops: int
    amount: str
    client: str
    begun_at: datetime
    ended_at: datetime
    detected_at: datetime


@dataclass(frozen=True)
class MemberRow:
    """One member; `address` leads to everything that carries its id."""

    name: str
    is_shop: bool
    role: str
    address: str


@dataclass(frozen=True)
class StepRow:
    """One movement of money."""

    source: str
    target: str
    at: datetime | None
    amount: str
    record: str
    address: str


@dataclass(frozen=True)
class SharedRow:
    """An identifier and who shares it."""

    what: str
    accounts: list[str]


@dataclass(frozen=True)
class RingPage:
    """One ring with its proof. `status` is what the page saw, for whoever decides."""

    row: RingRow
    status: str
    may_confirm: bool
    may_dismiss: bool
    chance: str
    innocent: str
    rounds: int
    figures: list[tuple[str, str]]
    members: list[MemberRow]
    shared: list[SharedRow]
    figure: "RingFigure"
    grown_from: str
    added: list[str]
    decided_by: str
    decided_at: datetime | None
    reason: str
    recalls_run: bool
    held: list[str]
    holds: int
    open_cases: int

    @property
    def steps(self) -> list[StepRow]:
        """Return the movements that are listed."""
        return self.figure.steps

    @property
    def steps_more(self) -> int:
        """Return how many more there are."""
        return self.figure.picture.steps - len(self.figure.steps)


def ring_row(ring: Ring) -> RingRow:
    """Write one ring out; its members are loaded."""
    members = list(ring.members.all())
    return RingRow(
        ring_id=ring.pk,
        kind=ring.get_kind_display(),
        means=kind_words(ring.kind),
        state=ring_state(ring.status),
        score=ring.score,
        accounts=sum(member.account_id is not None for member in members),
        shops=sum(member.shop_id is not None for member in members),
        amount=amount_words(ring.amount, ring.currency) if ring.currency else "",
        client=ring.client.name,
        begun_at=ring.begun_at,
        ended_at=ring.ended_at,
        detected_at=ring.detected_at,
    )


@dataclass(frozen=True)
class RingFigure:
    """One ring as a picture that can be stepped through, and its movements as a table."""

    ring_id: str
    picture: Picture
    steps: list[StepRow]


def ring_figure(ring: Ring, *, step: int | None = None, here: str = "") -> RingFigure:
    """Draw a ring after so many of its movements, or after all."""
    members = member_rows(ring)
    shops = [member.name for member in members if member.is_shop]
    drawn = picture([member.name for member in members], shops, ring.proof, step=step, here=here)
    return RingFigure(ring.pk, drawn, [step_row(each) for each in steps_in_time(ring.proof)[:STEPS_SHOWN]])


def ring_page(ring: Ring, stake: Stake, *, step: int | None = None) -> RingPage:
    """Write the page out."""
    members = member_rows(ring)
    added = ring.proof.get("added", {})
    return RingPage(
        row=ring_row(ring),
        status=ring.status,
        may_confirm=ring.status != RingStatus.CONFIRMED,
        may_dismiss=ring.status != RingStatus.DISMISSED,
        chance=chance_words(ring.chance),
        innocent=innocent_words(ring.kind),
        rounds=ring.proof.get("rounds", 1),
        figures=[
            (str(FIGURES.get(name, name)), figure_words(value)) for name, value in ring.proof.get("figures", {}).items()
        ],
        members=members,
        shared=[
            SharedRow(str(IDENTIFIERS.get(each["kind"], each["kind"])), each["accounts"])
            for each in ring.proof.get("identifiers", [])
        ],
        figure=ring_figure(ring, step=step),
        grown_from=ring.grown_from_id or "",
        added=[*added.get("accounts", []), *added.get("shops", [])],
        decided_by=str(ring.decided_by) if ring.decided_by is not None else "",
        decided_at=ring.decided_at,
        reason=ring.reason,
        recalls_run=ring.recall_due_at is not None,
        held=[amount_words(amount, currency) for currency, _count, amount in stake.held],
        holds=stake.holds,
        open_cases=stake.open_cases,
    )


def member_rows(ring: Ring) -> list[MemberRow]:
    """Return accounts, then shops, each by the client's own id."""
    found = [
        MemberRow(
            name=party.external_id,
            is_shop=member.shop_id is not None,
            role=member.get_role_display(),
            address=wording.search_address(party.external_id),
        )
        for member in ring.members.all()
        if (party := member.account or member.shop) is not None
    ]
    return sorted(found, key=lambda row: (row.is_shop, row.role, row.name))


def step_row(step: Step) -> StepRow:
    """Write one movement out; its record is told as `order:…`, and found by its id."""
    record = str(step["record"]).partition(":")[2] or str(step["record"])
    return StepRow(
        source=str(step["from"]),
        target=str(step["to"]),
        at=parse_datetime(str(step["at"])),
        amount=amount_words(int(step["amount"]), str(step["currency"])),
        record=record,
        address=wording.search_address(record),
    )
