"""What becomes of findings that are known, decided on, or grown."""

import pytest

from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.marketplace.models import Account
from apps.rings.findings import Finding
from apps.rings.kinds import Kind, Role
from apps.rings.models import Ring, RingStatus
from apps.rings.services.decide import ring_confirm, ring_dismiss
from apps.rings.services.keep import Kept, rings_keep
from apps.staff.models import Role as StaffRole
from tests.rings.telling import NOW, account, tell
from tests.support.factories import make_client, make_person, person_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> ApiClient:
    mall = make_client("Star Mall")
    tell(mall, [account(f"a{number:02}") for number in range(20)])
    return mall


def finding(
    *places: int, kind: Kind = Kind.SHARED_IDENTITY, centre: int | None = None, currency: str = "CNY"
) -> Finding:
    """Return a finding about the accounts in these places."""
    ids = account_ids()
    roles = {ids[place]: Role.PAYS if centre is not None else Role.SHARES for place in places}
    if centre is not None:
        roles[ids[centre]] = Role.COLLECTS
    return Finding(kind, roles, 0.1, currency)


def account_ids() -> list[int]:
    return list(Account.objects.order_by("external_id").values_list("pk", flat=True))


def keep(client: ApiClient, *findings: Finding) -> Kept:
    return rings_keep(client, findings, now=NOW)[1]


def decide(status: RingStatus) -> Ring:
    ring = Ring.objects.get()
    service = ring_confirm if status == RingStatus.CONFIRMED else ring_dismiss
    actor = person_actor(make_person(role=StaffRole.SUPERVISOR))
    return service(ring.pk, seen=RingStatus.SUSPECTED, reason="Seen before", actor=actor, now=NOW)


def member_names(ring: Ring) -> list[str]:
    return sorted(member.account.external_id for member in ring.members.select_related("account") if member.account)


def test_leaves_a_dismissed_ring_dismissed_with_a_member_more_or_less(client: ApiClient) -> None:
    keep(client, finding(0, 1, 2, 3))
    decide(RingStatus.DISMISSED)
    before = Ring.objects.values().get()

    for again in (finding(0, 1, 2), finding(0, 1, 2, 3), finding(1, 2, 3, 4, 5)):
        assert keep(client, again) == Kept(0, 0, 1)

    assert Ring.objects.values().get() == before


def test_leaves_a_dismissed_collector_dismissed_whoever_pays(client: ApiClient) -> None:
    keep(client, finding(1, 2, 3, 4, 5, kind=Kind.FAN_IN, centre=0))
    decide(RingStatus.DISMISSED)
    assert keep(client, finding(7, 8, 9, 10, 11, kind=Kind.FAN_IN, centre=0)) == Kept(0, 0, 1)
    assert keep(client, finding(7, 8, 9, 10, 11, kind=Kind.FAN_IN, centre=12)) == Kept(1, 0, 0)


def test_raises_what_a_dismissed_ring_grew_into_and_says_who_is_new(client: ApiClient) -> None:
    keep(client, finding(0, 1, 2, 3))
    dismissed = decide(RingStatus.DISMISSED)

    assert keep(client, finding(*range(8))) == Kept(1, 0, 0)

    ring = Ring.objects.get(status=RingStatus.SUSPECTED)
    assert ring.grown_from == dismissed
    assert ring.proof["added"] == {"accounts": ["a04", "a05", "a06", "a07"], "shops": []}
    assert keep(client, finding(*range(9))) == Kept(0, 1, 0)
    assert member_names(ring) == [f"a{number:02}" for number in range(9)]


def test_does_not_raise_the_grown_ring_once_that_was_dismissed_too(client: ApiClient) -> None:
    keep(client, finding(0, 1, 2, 3))
    decide(RingStatus.DISMISSED)
    keep(client, finding(*range(8)))
    Ring.objects.filter(status=RingStatus.SUSPECTED).update(
        status=RingStatus.DISMISSED, decided_by=make_person(), decided_at=NOW, reason="Seen before"
    )
    assert keep(client, finding(*range(9))) == Kept(0, 0, 1)


def test_adds_nobody_to_a_confirmed_ring_and_raises_who_joined(client: ApiClient) -> None:
    keep(client, finding(0, 1, 2, 3))
    confirmed = decide(RingStatus.CONFIRMED)
    assert keep(client, finding(0, 1, 2)) == Kept(0, 1, 0)

    assert keep(client, finding(0, 1, 2, 3, 4)) == Kept(1, 0, 0)

    assert member_names(confirmed) == ["a00", "a01", "a02", "a03"]
    joined = Ring.objects.get(status=RingStatus.SUSPECTED)
    assert (joined.grown_from, joined.proof["added"]["accounts"]) == (confirmed, ["a04"])


def test_brings_a_suspected_ring_up_to_date(client: ApiClient) -> None:
    keep(client, finding(0, 1, 2, 3))
    ring = Ring.objects.get()

    assert keep(client, finding(1, 2, 3, 4)) == Kept(0, 1, 0)

    assert Ring.objects.get().pk == ring.pk
    assert member_names(ring) == ["a01", "a02", "a03", "a04"]


def test_keeps_rings_apart_by_kind_and_currency(client: ApiClient) -> None:
    assert keep(client, finding(0, 1, 2), finding(0, 1, 2, currency="USD"), finding(0, 1, 2, kind=Kind.CYCLE)).new == 3


def test_lets_two_rings_exchange_members(client: ApiClient) -> None:
    keep(client, finding(0, 1, 2), finding(5, 6, 7))
    assert keep(client, finding(5, 6, 7, 0), finding(0, 1, 2, 5)) == Kept(0, 2, 0)


def test_records_what_was_raised(client: ApiClient) -> None:
    keep(client, finding(0, 1, 2))
    keep(client, finding(0, 1, 2))
    event = AuditEvent.objects.get(action=Action.RING_RAISED)
    assert (event.subject, event.actor_name) == (Ring.objects.get().pk, "search for rings")
    assert event.changes == {"kind": "shared_identity", "score": 91, "members": 3}
