from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.clients.admission import Admission, Verdict, admit
from apps.clients.models import ApiClient, ApiKey, KeyQuota
from apps.clients.quotas import SECOND, QuotaPolicy
from apps.clients.services import api_key_create
from tests.support.factories import NOON
from tests.support.racing import at_once

pytestmark = pytest.mark.django_db
POLICY = QuotaPolicy(quota=5, step=SECOND)


@dataclass(frozen=True)
class Door:
    """A key, and coming in with it."""

    key: str

    def try_at(
        self, now: datetime | None = NOON, *, address: str | None = "203.0.113.7", policy: QuotaPolicy | None = POLICY
    ) -> Admission:
        return admit(self.key, address=address, policy=policy, now=now)


def make_door(networks: tuple[str, ...] = (), expires_at: datetime | None = None) -> Door:
    return Door(api_key_create(client_name="Mall", scopes=["all"], networks=networks, expires_at=expires_at, now=NOON))


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def test_draws_nothing_for_whoever_knows_the_first_characters_alone() -> None:
    door = make_door()
    guess = door.key[:17] + "x" * 43

    assert [Door(guess).try_at().verdict for _ in range(7)] == [Verdict.UNKNOWN] * 7
    assert KeyQuota.objects.count() == 0
    assert door.try_at().quota == POLICY.after_request(SECOND)


@pytest.mark.parametrize("change", [{"revoked_at": NOON}, {"expires_at": NOON}])
def test_draws_nothing_for_a_key_that_has_ended(change: dict[str, datetime]) -> None:
    door = make_door()
    ApiKey.objects.update(**change)

    assert door.try_at() == Admission(Verdict.UNKNOWN)
    assert KeyQuota.objects.count() == 0


def test_draws_nothing_for_a_client_that_is_switched_off() -> None:
    door = make_door()
    ApiClient.objects.update(is_active=False)

    assert door.try_at().verdict is Verdict.UNKNOWN
    assert KeyQuota.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("203.0.113.255", Verdict.ADMITTED),
        ("2001:db8:1::7", Verdict.ADMITTED),
        ("203.0.114.0", Verdict.FROM_ELSEWHERE),
        ("2001:db9::", Verdict.FROM_ELSEWHERE),
        (None, Verdict.FROM_ELSEWHERE),
    ],
)
def test_lets_a_key_in_from_its_networks_alone(address: str | None, verdict: Verdict) -> None:
    door = make_door(networks=("203.0.113.0/24", "2001:db8::/32"))

    for policy in (POLICY, None):
        assert door.try_at(address=address, policy=policy).verdict is verdict
    assert KeyQuota.objects.exists() is (verdict is Verdict.ADMITTED)


def test_lets_as_many_in_at_once_as_the_bucket_holds() -> None:
    door = make_door()

    told = [door.try_at() for _ in range(7)]

    assert [each.verdict for each in told] == [Verdict.ADMITTED] * 5 + [Verdict.EXHAUSTED] * 2
    assert [each.quota.remaining for each in told if each.quota] == [4, 3, 2, 1, 0, 0, 0]
    assert [each.quota.wait for each in told if each.quota] == [0] * 5 + [SECOND] * 2


def test_fills_the_bucket_with_time_and_never_above_its_rim() -> None:
    door = make_door()
    for _ in range(5):
        door.try_at()

    assert door.try_at(seconds(0.999999)).verdict is Verdict.EXHAUSTED
    assert door.try_at(seconds(1)).verdict is Verdict.ADMITTED
    assert door.try_at(seconds(1)).verdict is Verdict.EXHAUSTED
    later = [door.try_at(seconds(3600)).verdict for _ in range(6)]
    assert later == [Verdict.ADMITTED] * 5 + [Verdict.EXHAUSTED]


def test_limits_a_bucket_of_one() -> None:
    door, single = make_door(), QuotaPolicy(quota=1, step=SECOND)

    assert door.try_at(policy=single).verdict is Verdict.ADMITTED
    assert door.try_at(seconds(0.5), policy=single).verdict is Verdict.EXHAUSTED
    assert door.try_at(seconds(1), policy=single).verdict is Verdict.ADMITTED


def test_keeps_a_bucket_for_each_key() -> None:
    first, second = make_door(), make_door()
    for _ in range(6):
        first.try_at()

    assert second.try_at().quota == POLICY.after_request(SECOND)


@pytest.mark.parametrize("policy", [POLICY, None])
def test_asks_the_database_once(policy: QuotaPolicy | None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    door = make_door()
    door.try_at(policy=policy)

    with django_assert_num_queries(1):
        found = door.try_at(policy=policy).key
        assert found is not None
        assert (found.client.name, found.client.language, found.client.is_active) == ("Mall", "en", True)
    assert found == ApiKey.objects.get()
    assert {name: getattr(found, name) for name in ("label", "scopes", "networks", "created_at", "expires_at")} == (
        ApiKey.objects.values("label", "scopes", "networks", "created_at", "expires_at").get()
    )


def test_writes_nothing_when_nothing_is_limited() -> None:
    assert make_door().try_at(policy=None).quota is None
    assert KeyQuota.objects.count() == 0


def test_reads_the_databases_clock_when_it_is_told_none() -> None:
    expired = make_door(expires_at=NOON + timedelta(seconds=1))
    assert expired.try_at().verdict is Verdict.ADMITTED
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_apikey SET expires_at = clock_timestamp() + interval '1 hour'")
    assert expired.try_at(now=None).verdict is Verdict.ADMITTED
    with connection.cursor() as cursor:
        cursor.execute("UPDATE clients_apikey SET expires_at = clock_timestamp()")
    assert expired.try_at(now=None).verdict is Verdict.UNKNOWN


def test_keeps_buckets_in_a_table_that_writes_no_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence, reloptions FROM pg_class WHERE relname = 'clients_keyquota'")
        assert cursor.fetchone() == ("u", ["fillfactor=50"])


@pytest.mark.django_db(transaction=True)
def test_lets_exactly_as_many_of_32_parallel_requests_in_as_the_bucket_holds() -> None:
    door = make_door()

    verdicts = at_once([lambda: door.try_at().verdict.name] * 32)

    assert sorted(verdicts) == ["ADMITTED"] * 5 + ["EXHAUSTED"] * 27


@pytest.mark.django_db(transaction=True)
def test_holds_no_lock_while_a_request_does_its_work() -> None:
    door = make_door()
    door.try_at()
    with transaction.atomic():
        ApiClient.objects.count()
        (verdict,) = at_once([lambda: door.try_at().verdict.name])
    assert verdict == "ADMITTED"


@pytest.mark.django_db(transaction=True)
def test_admits_nobody_once_a_key_is_revoked_however_many_use_it() -> None:
    door, wide = make_door(), QuotaPolicy(quota=10_000, step=1)

    def use() -> str:
        verdicts = [door.try_at(policy=wide).verdict.name for _ in range(15)]
        # Never in again after the first time that it was not.
        assert verdicts == sorted(verdicts)
        return verdicts[-1]

    def revoke() -> str:
        ApiKey.objects.update(revoked_at=NOON)
        return door.try_at(policy=wide).verdict.name

    verdicts = at_once([use] * 8 + [revoke])

    assert len(verdicts) == 9
    assert door.try_at(policy=wide).verdict is Verdict.UNKNOWN
