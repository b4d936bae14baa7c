from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from apps.clients.models import ApiClient
from apps.marketplace.models import Account, Shop
from apps.refunds.models import Refund
from apps.reviews.services.rings import rings_recall_due
from apps.rings.kinds import Kind, Role
from apps.rings.models import Ring, RingMember, RingStatus
from apps.staff.models import Person
from tests.console.conftest import signed_in, take_in
from tests.support.factories import Goods, held_refund, make_client, make_order

pytestmark = pytest.mark.django_db

# session, person, counts, rings, members, accounts, shops
LIST_QUERIES = 7
# session, person, ring, members, accounts, shops, held, open cases
PAGE_QUERIES = 8


@pytest.fixture
def overseer(supervisor: Person) -> Client:
    return signed_in(supervisor)


def account(client: ApiClient, name: str) -> Account:
    return Account.objects.create(client=client, external_id=name, described_at=None)


def make_ring(client: ApiClient, now: datetime, members: list[Account], kind: Kind = Kind.CYCLE, **fields: Any) -> Ring:
    names = [member.external_id for member in members]
    path = [
        {"from": one, "to": other, "at": now.isoformat(), "amount": 5000, "currency": "CNY", "record": f"T-{one}"}
        for one, other in zip(names, [*names[1:], names[0]], strict=True)
    ]
    proof = {
        "path": path,
        "rounds": 2,
        "also": [],
        "identifiers": [{"kind": "phone", "accounts": names[:2]}],
        "figures": {"surprise": 12.5, "orders": 4},
    }
    given: dict[str, Any] = {"score": 97, "chance": 0.004, "currency": "CNY", "amount": 5000, "proof": proof}
    moments = dict.fromkeys(["begun_at", "ended_at", "detected_at", "updated_at"], now)
    ring = Ring.objects.create(
        client=client, kind=kind.value, fingerprint=str(Ring.objects.count()).encode(), **(given | moments | fields)
    )
    for member in members:
        RingMember.objects.create(ring=ring, account=member, role=Role.PASSES_ON.value)
    return ring


@pytest.fixture
def ring(platform: ApiClient, now: datetime) -> Ring:
    ring = make_ring(platform, now, [account(platform, name) for name in ("A-1", "A-2", "A-3")])
    shop = Shop.objects.create(client=platform, external_id="S-9", described_at=now)
    RingMember.objects.create(ring=ring, shop=shop, role=Role.SELLS.value)
    return ring


def stands(ring: Ring) -> tuple[str, str]:
    found = Ring.objects.get(pk=ring.pk)
    return found.status, found.reason


def test_sends_strangers_to_the_door(client: Client, ring: Ring) -> None:
    for address in ("/rings/", f"/rings/{ring.pk}/"):
        assert client.get(address)["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("verb", ["confirm", "dismiss"])
def test_lets_no_reviewer_decide(browser: Client, ring: Ring, verb: str) -> None:
    assert browser.post(f"/rings/{ring.pk}/{verb}/", {"reason": "x", "seen": "suspected"}).status_code == 403
    assert stands(ring) == ("suspected", "")
    text = browser.get(f"/rings/{ring.pk}/").content.decode()
    assert "Supervisors confirm and dismiss rings." in text
    assert "<textarea" not in text


def test_knows_no_ring_that_does_not_exist(overseer: Client) -> None:
    assert overseer.get("/rings/rng_none/").status_code == 404
    assert overseer.post("/rings/rng_none/confirm/", {"reason": "x", "seen": "suspected"}).status_code == 404


def test_wants_a_reason(overseer: Client, ring: Ring) -> None:
    answer = overseer.post(f"/rings/{ring.pk}/confirm/", {"reason": " ", "seen": "suspected"})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    assert stands(ring) == ("suspected", "")


def test_refuses_a_stale_page_and_keeps_what_was_typed(overseer: Client, ring: Ring) -> None:
    overseer.post(f"/rings/{ring.pk}/dismiss/", {"reason": "A savings club", "seen": "suspected"})
    answer = overseer.post(f"/rings/{ring.pk}/confirm/", {"reason": "One hand", "seen": "suspected"})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Somebody decided on this ring meanwhile." in text
    assert "One hand" in text
    assert stands(ring) == ("dismissed", "A savings club")


def test_confirms_and_says_what_follows(overseer: Client, ring: Ring) -> None:
    order = make_order(ring.client, Goods(3000), account=Account.objects.get(external_id="A-1"))
    refund, _hold = held_refund(order)
    page = overseer.get(f"/rings/{ring.pk}/")
    assert "Confirming takes 1 held refund back to review: CN¥30.00." in page.content.decode()
    answer = overseer.post(f"/rings/{ring.pk}/confirm/", {"reason": "One hand", "seen": "suspected"}, follow=True)
    assert "goes back to review" in answer.content.decode()
    assert stands(ring) == ("confirmed", "One hand")
    rings_recall_due(now=Ring.objects.get(pk=ring.pk).recall_due_at)  # type: ignore[arg-type]  # it is due
    assert Refund.objects.get(pk=refund.pk).status == "pending_review"


def test_shows_the_proof_as_a_picture_and_as_tables(overseer: Client, ring: Ring) -> None:
    page = overseer.get(f"/rings/{ring.pk}/").context["page"]
    assert [(step.source, step.target, step.amount) for step in page.steps] == [
        ("A-1", "A-2", "CN¥50.00"),
        ("A-2", "A-3", "CN¥50.00"),
        ("A-3", "A-1", "CN¥50.00"),
    ]
    picture = page.figure.picture
    assert [node.name for node in picture.nodes] == ["A-1", "A-2", "A-3", "S-9"]
    assert [node.is_shop for node in picture.nodes] == [False, False, False, True]
    assert (len(picture.arrows), len(picture.ties), picture.left_out) == (3, 1, 0)
    assert (picture.arrows[0].label, picture.arrows[0].title) == ("CN¥50.00", "A-1 → A-2: CN¥50.00")
    assert page.chance == "Chance alone makes one as surprising in 250 sets of data like these."
    assert dict(page.figures) == {"Surprise": "12.50", "Orders": "4"}
    assert [(row.what, row.accounts) for row in page.shared] == [("one phone", ["A-1", "A-2"])]


def test_draws_a_ring_as_it_stood_after_any_of_its_movements(browser: Client, ring: Ring) -> None:
    def figure(query: str, *, page: str = "figure/") -> Any:
        return browser.get(f"/rings/{ring.pk}/{page}{query}")

    first = figure("?step=1&here=A-2").context["figure"].picture
    assert [(arrow.title, arrow.is_newest) for arrow in first.arrows] == [("A-1 → A-2: CN¥50.00", True)]
    assert [node.name for node in first.nodes if node.is_here] == ["A-2"]
    assert first.said.endswith("A-1 → A-2: CN¥50.00")
    second = figure("?step=2").context["figure"].picture
    assert [arrow.is_newest for arrow in second.arrows] == [False, True]
    for query in ("?step=3", "?step=99", "", "?step=x"):
        whole = figure(query).context["figure"].picture
        assert (len(whole.arrows), whole.said, whole.steps) == (3, "", 3)
    assert figure("?step=0").context["figure"].picture.step == 1
    # A step is answered with the drawing alone: the slider under the finger stays.
    assert "<svg" in figure("?step=1").content.decode()
    assert 'type="range"' not in figure("?step=1").content.decode()
    assert 'type="range"' in figure("").content.decode()
    # Without a script the page itself takes the step.
    assert figure("?step=1", page="").context["page"].figure.picture.step == 1
    assert figure("", page="").context["page"].figure.picture.step == 3
    assert browser.get("/rings/rng_none/figure/").status_code == 404


def test_draws_no_more_than_can_be_seen(overseer: Client, platform: ApiClient, now: datetime) -> None:
    members = [account(platform, f"A-{number:03}") for number in range(60)]
    ring = make_ring(platform, now, members)
    page = overseer.get(f"/rings/{ring.pk}/").context["page"]
    assert (len(page.figure.picture.nodes), page.figure.picture.left_out, len(page.members), len(page.steps)) == (
        24,
        36,
        60,
        60,
    )
    assert {arrow.label for arrow in page.figure.picture.arrows} == {""}


def test_lists_rings_by_state_and_kind(overseer: Client, platform: ApiClient, now: datetime, ring: Ring) -> None:
    other = make_ring(platform, now, [account(platform, "A-7")], Kind.FAN_IN)
    overseer.post(f"/rings/{other.pk}/dismiss/", {"reason": "A present", "seen": "suspected"})

    def listed(query: str) -> list[str]:
        return [row.ring_id for row in overseer.get(f"/rings/{query}").context["rows"]]

    assert listed("") == [other.pk, ring.pk]
    assert listed("?status=suspected") == [ring.pk]
    assert listed("?kind=fan_in") == [other.pk]
    assert listed("?kind=fan_in&status=suspected") == []
    assert listed("?kind=nonsense&status=nonsense&cursor=nonsense") == [other.pk, ring.pk]
    assert [tab.count for tab in overseer.get("/rings/").context["tabs"]] == [2, 1, 0, 1]


def test_says_that_nothing_was_found(browser: Client) -> None:
    assert "No ring was found" in browser.get("/rings/").content.decode()


def test_asks_the_database_as_often_for_many_as_for_few(
    overseer: Client, platform: ApiClient, now: datetime, ring: Ring, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        make_ring(make_client(), now, [account(platform, f"A-{number}-{part}") for part in range(9)])
    overseer.get("/rings/")
    with django_assert_num_queries(LIST_QUERIES):
        overseer.get("/rings/")
    with django_assert_num_queries(PAGE_QUERIES):
        overseer.get(f"/rings/{ring.pk}/")


def test_stands_on_the_case_of_a_member(browser: Client, platform: ApiClient, now: datetime, ring: Ring) -> None:
    refund = take_in(platform, now)
    case = refund.cases.get()
    assert browser.get(f"/cases/{case.pk}/").context["rings"] == []
    RingMember.objects.create(ring=ring, account=refund.account, role=Role.COLLECTS.value)
    dismissed = make_ring(platform, now - timedelta(days=1), [account(platform, "A-other")])
    RingMember.objects.create(ring=dismissed, shop=refund.shop, role=Role.SELLS.value)
    Ring.objects.filter(pk=dismissed.pk).update(
        status=RingStatus.DISMISSED, reason="x", decided_at=now, decided_by=Person.objects.first()
    )
    text = browser.get(f"/cases/{case.pk}/").content.decode()
    assert f'href="/rings/{ring.pk}/"' in text
    assert dismissed.pk not in text
