"""Rings from what a client told, through the importer and the command, as an operator has it."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.clients.models import ApiClient
from apps.rings.kinds import Kind
from apps.rings.models import Ring, RingMember, RingStatus
from apps.rings.services.decide import ring_dismiss
from apps.rings.services.detect import SEARCHING_LOCKS, Report, rings_detect
from apps.staff.models import Role
from tests.rings.telling import BEGIN, LONG_AGO, NOW, order, refund, ring_of_three, tell, transfer
from tests.support.factories import make_client, make_person, person_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> ApiClient:
    return make_client("Star Mall")


def detect(client: ApiClient) -> Report:
    report = rings_detect(client, kinds=list(Kind), since=LONG_AGO, now=NOW)
    assert report is not None
    return report


def accounts_of(ring: Ring) -> list[str]:
    return list(ring.members.order_by("account__external_id").values_list("account__external_id", flat=True))


def test_raises_nothing_of_a_client_that_told_nothing(client: ApiClient) -> None:
    assert detect(client).rings == []


def test_takes_no_refund_to_the_payer_for_money_that_moves(client: ApiClient) -> None:
    owner = {"type": "shop", "id": "S", "owner_account_id": "o"}
    tell(client, [owner, order("O-1", "a", "S", day=1), refund("R-1", "O-1", "a", day=2)])
    assert detect(client).rings == []


def test_closes_no_circle_over_two_currencies(client: ApiClient) -> None:
    first, second, third = ring_of_three()
    tell(client, [first, second, third | {"currency": "USD"}])
    assert detect(client).rings == []


def test_closes_no_circle_over_two_clients(client: ApiClient) -> None:
    first, second, third = ring_of_three()
    tell(client, [first, second])
    tell(make_client("Moon Mall"), [third])
    assert detect(client).rings == []


def test_leaves_out_what_moved_before(client: ApiClient) -> None:
    tell(client, ring_of_three())
    report = rings_detect(client, kinds=[Kind.CYCLE], since=BEGIN + timedelta(days=3), now=NOW)
    assert report is not None
    assert report.rings == []


def test_leaves_the_search_to_the_process_that_has_begun_it(client: ApiClient) -> None:
    tell(client, ring_of_three())
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [SEARCHING_LOCKS << 48 | client.pk])
        assert rings_detect(client, kinds=[Kind.CYCLE], since=LONG_AGO, now=NOW) is None
        with pytest.raises(CommandError, match="Another process searches the data of Star Mall"):
            call_command("detect_rings", "--client", "Star Mall")
    finally:
        other.close()
    assert not Ring.objects.exists()


def test_writes_a_circle_of_transfers_down_with_its_proof(client: ApiClient) -> None:
    tell(client, ring_of_three())

    (ring,) = detect(client).rings

    assert (ring.kind, ring.status, ring.currency, ring.amount) == (Kind.CYCLE, RingStatus.SUSPECTED, "CNY", 50_000)
    assert (ring.begun_at, ring.ended_at) == (BEGIN + timedelta(days=2), BEGIN + timedelta(days=6))
    assert accounts_of(ring) == ["a", "b", "c"]
    assert [(step["from"], step["to"], step["record"]) for step in ring.proof["path"]] == [
        ("a", "b", "transfer:t-1"),
        ("b", "c", "transfer:t-2"),
        ("c", "a", "transfer:t-3"),
    ]
    assert ring.score == round(100 / (1 + ring.chance)) > 80


def test_follows_money_through_an_order_and_a_refund_to_somebody_else(client: ApiClient) -> None:
    """The buyer pays, the shop's owner passes it on to a helper, who buys; and that refund goes to the first buyer."""
    shops = [{"type": "shop", "id": "S", "owner_account_id": "owner"}, {"type": "shop", "id": "T"}]
    bought = order("O-1", "buyer", "S", day=1)
    passed_on = transfer(1, "owner", "helper", day=3)
    refunded = refund("R-1", "O-2", "buyer", day=7)
    tell(client, [*shops, bought, passed_on, order("O-2", "helper", "T", day=5), refunded])

    (ring,) = detect(client).rings

    assert [step["record"] for step in ring.proof["path"]] == ["order:O-1", "transfer:t-1", "refund:R-1"]
    assert accounts_of(ring) == ["buyer", "helper", "owner"]


def test_names_a_shop_whose_owner_nobody_knows(client: ApiClient) -> None:
    # Money leaves such a shop by no record, so that no circle leads through it.
    tell(client, [order("O-1", "a", "S", day=1), transfer(1, "b", "a", day=5)])
    assert detect(client).rings == []


def test_finds_the_same_ring_again(client: ApiClient) -> None:
    tell(client, ring_of_three())
    (first,) = detect(client).rings

    report = detect(client)

    assert [ring.pk for ring in report.rings] == [first.pk]
    assert (report.kept.new, report.kept.again, report.kept.dismissed_before) == (0, 1, 0)
    assert RingMember.objects.count() == 3


def dismiss(ring: Ring) -> None:
    actor = person_actor(make_person("okafor", Role.SUPERVISOR))
    ring_dismiss(ring.pk, seen=RingStatus.SUSPECTED, reason="An expense club", actor=actor, now=NOW)


def test_does_not_raise_again_what_was_dismissed(client: ApiClient) -> None:
    tell(client, ring_of_three())
    (ring,) = detect(client).rings
    dismiss(ring)

    report = detect(client)

    assert report.rings == []
    assert report.kept.dismissed_before == 1
    assert Ring.objects.get().status == RingStatus.DISMISSED


def test_does_not_raise_mostly_the_same_members_again(client: ApiClient) -> None:
    tell(client, ring_of_three())
    dismiss(*detect(client).rings)
    tell(client, [transfer(4, "c", "d", day=20), transfer(5, "d", "e", day=22), transfer(6, "e", "c", day=24)])
    tell(client, [transfer(7, "d", "a", day=9)])

    members = [sorted(step["from"] for step in ring.proof["path"]) for ring in detect(client).rings]

    assert members == [["c", "d", "e"]]


def test_keeps_no_decision_without_author_and_reason(client: ApiClient) -> None:
    tell(client, ring_of_three())
    (ring,) = detect(client).rings
    with pytest.raises(IntegrityError, match="ring_decision_has_author_and_reason"), transaction.atomic():
        Ring.objects.filter(pk=ring.pk).update(status=RingStatus.DISMISSED)


def test_the_command_writes_one_ring_a_line(client: ApiClient, tmp_path: Path) -> None:
    tell(client, ring_of_three())
    out = io.StringIO()

    call_command("detect_rings", "--kind", "cycle", "--export", str(tmp_path / "rings.jsonl"), stdout=out)

    (line,) = (tmp_path / "rings.jsonl").read_text().splitlines()
    document = json.loads(line)
    assert list(document) == ["ring_id", "kind", "score", "accounts", "shops", "path"]
    assert document["ring_id"] == Ring.objects.get().pk
    assert (document["kind"], document["accounts"], document["shops"]) == ("cycle", ["a", "b", "c"], [])
    assert document["path"][0] == {
        "from": "a", "to": "b", "at": "2026-03-03T12:00:00Z", "amount": 50_000, "currency": "CNY",
        "record": "transfer:t-1",
    }  # fmt: skip
    assert out.getvalue() == "Star Mall: 1 cycle\n"


def test_the_command_keeps_standard_output_for_the_rings(client: ApiClient, capsys: pytest.CaptureFixture[str]) -> None:
    tell(client, ring_of_three())
    call_command("detect_rings", "--client", "Star Mall", "--since", "2026-01-01", "--export", "-")
    said = capsys.readouterr()
    assert json.loads(said.out)["kind"] == "cycle"
    assert "Star Mall: 1 cycle" in said.err


def test_the_command_refuses_a_client_that_is_unknown() -> None:
    with pytest.raises(CommandError, match="no API client named Nobody"):
        call_command("detect_rings", "--client", "Nobody")


def test_the_command_refuses_a_file_that_cannot_be_written(client: ApiClient, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file or directory"):
        call_command("detect_rings", "--export", str(tmp_path / "nowhere" / "rings.jsonl"))
