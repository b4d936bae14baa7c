"""One world through the real services: history in, then day by day what is live, with people who decide."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from django.db import connection

from apps.clients.models import ApiClient
from apps.common.actors import Actor, ActorKind
from apps.payouts.models import Hold, HoldStatus
from apps.payouts.services.hold import holds_release_due
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.refunds.services.history import history_import
from apps.reviews.services.intake import refund_intake
from apps.rings.kinds import Kind
from apps.rings.models import Ring
from apps.rings.services.detect import rings_detect
from apps.risk.models import RiskAssessment
from tests.measure.people import Desk
from tests.measure.seen import Seen, SeenRefund, SeenRing, Truth
from tests.planted.calendar import BEGIN, LIVE, LIVE_DAYS
from tests.planted.documents import Document, history, live, written
from tests.planted.things import Label, World

_PIECE = 2_000


def watch(world: World, seed: int, *, days: int = LIVE_DAYS) -> Seen:
    """Take a world in and watch it; returns what was seen."""
    refunds = {ask.reference: _truth(ask.label) for ask in world.asks}
    accounts = {person.id: _truth(person.label) for person in world.people}
    client = ApiClient.objects.create(name=f"planted {seed}", created_at=BEGIN)
    tell(client, history(world), now=LIVE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    desk = Desk(seed, refunds, accounts, LIVE)
    detect(client, now=LIVE)
    by_hour = groupby(live(world), key=lambda line: (line[0] - LIVE) // timedelta(hours=1))
    evening = LIVE + timedelta(days=1)
    for hour, lines in by_hour:
        while LIVE + timedelta(hours=hour) >= evening:
            _end_of_day(client, desk, evening)
            evening += timedelta(days=1)
        if evening > LIVE + timedelta(days=days):
            break
        _hour(client, [line for _at, line in lines], now=LIVE + timedelta(hours=hour + 1))
    else:
        _end_of_day(client, desk, evening)
    while desk.decide_cases(evening):
        pass
    return Seen(seed, list(_refunds(client, refunds)), list(_rings(client)), accounts)


def tell(client: ApiClient, lines: Iterable[Document], *, now: datetime) -> None:
    """Import history. Raises ValueError when a line is refused."""
    report = history_import(_pieces(lines), client_id=client.pk, now=now)
    if report.rejected:
        raise ValueError(report.rejections[:3])


def detect(client: ApiClient, *, now: datetime) -> None:
    """Search for rings of all kinds."""
    rings_detect(client, kinds=list(Kind), since=BEGIN, now=now)


def _hour(client: ApiClient, lines: list[Document], *, now: datetime) -> None:
    """Trade first; whatever weighs a refund looks no further than its own moment."""
    trade = [line for line in lines if line["type"] != "refund"]
    if trade:
        tell(client, trade, now=now)
    actor = Actor(ActorKind.CLIENT, client.name, client_id=client.pk)
    for line in lines:
        if line["type"] == "refund":
            body = {key: value for key, value in line.items() if key != "type"}
            record = RefundRecord.model_validate_json(written(body))
            refund_intake(record, client=client, actor=actor, now=record.requested_at + timedelta(seconds=2))


def _end_of_day(client: ApiClient, desk: Desk, now: datetime) -> None:
    detect(client, now=now)
    desk.decide_rings(client, now)
    desk.decide_cases(now)
    while holds_release_due(now=now):
        pass


def _pieces(lines: Iterable[Document]) -> Iterator[bytes]:
    piece: list[str] = []
    for line in lines:
        piece.append(written(line))
        if len(piece) == _PIECE:
            yield "".join(piece).encode()
            piece = []
    yield "".join(piece).encode()


def _truth(label: Label) -> Truth:
    return Truth(str(label.technique), label.kind, label.group)


def _refunds(client: ApiClient, truths: dict[str, Truth]) -> Iterator[SeenRefund]:
    recalled = set(Hold.objects.filter(status=HoldStatus.RECALLED).values_list("refund_id", flat=True))
    weighed = RiskAssessment.objects.filter(refund__client=client).select_related("refund__account").defer("facts")
    for assessment in weighed.order_by("refund__requested_at", "pk"):
        refund: Refund = assessment.refund
        yield SeenRefund(
            reference=refund.reference,
            account=refund.account.external_id,
            truth=truths[refund.reference],
            day=(refund.requested_at - LIVE).days,
            score=assessment.score,
            outcome=str(assessment.outcome),
            is_recalled=refund.pk in recalled,
            codes=tuple(f"{factor['code']}:{factor['points']}" for factor in assessment.factors if factor["points"]),
        )


def _rings(client: ApiClient) -> Iterator[SeenRing]:
    # What a supervisor dismissed was raised before: it counts.
    rings = Ring.objects.filter(client=client)
    for ring in rings.prefetch_related("members__account", "members__shop").order_by("pk"):
        members = ring.members.all()
        accounts = frozenset(member.account.external_id for member in members if member.account is not None)
        shops = frozenset(member.shop.external_id for member in members if member.shop is not None)
        yield SeenRing(str(ring.kind), ring.score, accounts, shops, str(ring.status))
