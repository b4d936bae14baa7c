"""Writing the world into an empty installation, all of it or nothing.

One transaction: a load that is killed leaves no row, and the next one starts
clean. The sign-ins are written just before the commit, so that whoever sees
the world can also get in.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Model

from apps.access.services.keys import KeyWish, key_create, key_revoke
from apps.clients.models import ApiClient
from apps.clients.services import is_valid_at
from apps.common.actors import Actor, ActorKind, system
from apps.demo.seeded import stream
from apps.demo.sign_ins import sign_ins_write
from apps.demo.staff import COLLEAGUES, Member, staff_create
from apps.demo.story.agenda import Agenda
from apps.demo.story.desk import Desk
from apps.demo.story.life import life
from apps.demo.story.receivers import receivers
from apps.demo.story.shifts import shifts
from apps.demo.story.stage import Scene, Stage
from apps.demo.trade import Language
from apps.demo.world import LIVE, World, build
from apps.identity.models import Subject, VerificationFactor
from apps.marketplace.models import Account, Instrument, Line, Order, Payment, Transfer
from apps.monitors.services.subscribe import alerts_subscribe
from apps.monitors.services.tick import trade_follow
from apps.refunds.models import Refund, RefundLine
from apps.refunds.services.history import history_import
from apps.rings.services.keep_up import rings_search
from apps.risk.services.base_rates import base_rates_measure
from apps.staff.models import Person, Role

CLIENT = "星河游戏商城 · Galaxy Mall"
_KEY_LABEL = "Demo"
# Any number that nothing else locks: two loads at once wait for one another here.
_ADVISORY_LOCK = 0x47414C41
# The mall and the people were there some days before the first refund came.
_SET_UP = timedelta(days=3)
# The supervisor who is told of alerts, and seconds after which the clock goes on with counting.
SUBSCRIBER = "chen"
_LONGEST_COUNT = 60.0
_FILLED_BY_HISTORY: tuple[type[Model], ...] = (
    Subject,
    VerificationFactor,
    Account,
    Instrument,
    Order,
    Line,
    Payment,
    Transfer,
    Refund,
    RefundLine,
)


class Found(Enum):
    """What a load came upon; when that was nothing, the world is there now."""

    NOTHING = auto()
    DEMO_WORLD = auto()
    OTHER_PEOPLE = auto()


class HistoryRefused(Exception):
    """The world contradicts itself: a bug in this app."""


@transaction.atomic
def load(*, now: datetime, sign_ins: Path) -> Found:
    """Load the world unless it or anything else is there already.

    An installation in which people work is left alone: the demo's password is
    known to everybody. When the world is there and the file of sign-ins is
    not, the file is written again with a fresh key.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ADVISORY_LOCK])
    if ApiClient.objects.filter(name=CLIENT).exists():
        if not sign_ins.exists():
            _announce(sign_ins, now)
        return Found.DEMO_WORLD
    if Person.objects.exists():
        return Found.OTHER_PEOPLE
    _write(build(now))
    _announce(sign_ins, now)
    return Found.NOTHING


def _write(world: World) -> None:
    began = world.now - LIVE - _SET_UP
    client = ApiClient.objects.create(name=CLIENT, language=Language.CHINESE, created_at=began)
    staff = staff_create(began)
    # It would rather commit chunk by chunk, so as not to keep others waiting; nobody else is here yet.
    report = history_import(_lines(world), client_id=client.pk, now=world.now)
    if report.rejected:
        raise HistoryRefused(str(report.rejections[:3]))
    _count_rows()
    base_rates_measure(client, now=began)
    _play(world, client, staff)
    # As the clock's search would within minutes.
    rings_search(client, now=world.now)
    alerts_subscribe(
        client=None,
        dimension=None,
        only_grave=False,
        by_mail=False,
        actor=staff[SUBSCRIBER].actor,
        now=world.now,
    )
    trade_follow(now=world.now, seconds=_LONGEST_COUNT)


def _count_rows() -> None:
    """Let PostgreSQL look at the new rows: while it takes the tables for empty, it reads them whole each time."""
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in _FILLED_BY_HISTORY)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _lines(world: World) -> Iterator[bytes]:
    for document in world.history():
        yield json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _play(world: World, client: ApiClient, staff: dict[str, Member]) -> None:
    stage = Stage(
        now=world.now,
        client=client,
        client_actor=Actor(ActorKind.CLIENT, client.name, client_id=client.pk, address="198.18.40.12"),
        desk=Desk(staff, stream("desk")),
        chance=stream("story"),
    )
    agenda = Agenda()
    for username, member in staff.items():
        if member.colleague.role is not Role.ADMINISTRATOR:
            agenda.add(shifts(member, stream(f"shifts of {username}"), world.now - LIVE, world.now))
    agenda.add(receivers(client, stage.client_actor, stream("receivers"), now=world.now))
    for live in world.live:
        agenda.add(life(Scene(stage, live, world.reference(live.ask))))
    agenda.play(world.now)


def _announce(path: Path, now: datetime) -> None:
    """Write how to get in, with a key that takes the place of those that a lost file named."""
    client, actor = ApiClient.objects.get(name=CLIENT), system("demo")
    for lost in client.keys.filter(is_valid_at(now), label=_KEY_LABEL):
        key_revoke(lost.pk, actor=actor, now=now)
    key = key_create(client.pk, KeyWish(["all"], label=_KEY_LABEL), actor=actor, now=now)
    sign_ins_write(path, COLLEAGUES, key)
