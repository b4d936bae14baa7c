"""Groups, blocks and dealings from what a client told, the proof included."""

from collections.abc import Iterable
from typing import Any

import pytest

from apps.clients.models import ApiClient
from apps.rings.kinds import Kind, Role
from apps.rings.models import Ring
from apps.rings.services.detect import rings_detect
from tests.rings.telling import LONG_AGO, NOW, account, order, refund, shop, tell, transfer
from tests.support.factories import make_client

pytestmark = pytest.mark.django_db

BUYERS = [f"b{number}" for number in range(8)]


@pytest.fixture
def client() -> ApiClient:
    """A mall of twelve shops with known owners, of whose sixty buyers each bought four times; few asked back."""
    mall = make_client("Star Mall")
    lines: list[dict[str, Any]] = [shop(f"S{number}", f"owner{number}") for number in range(12)]
    for buyer in range(60):
        for turn in range(4):
            name = f"O-{buyer}-{turn}"
            lines.append(order(name, f"u{buyer}", f"S{(buyer * 5 + turn * turn) % 12}", day=buyer % 30 + turn))
            if turn == 0 and buyer % 6 == 0:
                lines.append(refund(f"R-{buyer}", name, f"u{buyer}", day=buyer % 30 + 1))
    tell(mall, lines)
    return mall


def trade(shop_name: str, buyers: Iterable[str], *, orders: int = 4, asked_back: int = 0) -> list[dict[str, Any]]:
    lines = []
    for buyer in buyers:
        for turn in range(orders):
            name = f"O-{buyer}-{shop_name}-{turn}"
            lines.append(order(name, buyer, shop_name, day=40 + turn))
            if turn < asked_back:
                lines.append(refund(f"R-{name}", name, buyer, day=41 + turn))
    return lines


def detect(client: ApiClient, *kinds: Kind) -> list[Ring]:
    report = rings_detect(client, kinds=kinds or list(Kind), since=LONG_AGO, now=NOW)
    assert report is not None
    return report.rings


def members(ring: Ring, role: Role) -> list[str]:
    found = ring.members.filter(role=role.value).select_related("account", "shop")
    return sorted(str(member.account or member.shop) for member in found)


def test_raises_nothing_in_lawful_trade(client: ApiClient) -> None:
    assert detect(client) == []


def test_raises_nothing_among_the_customers_of_one_wholesaler() -> None:
    wholesaler = make_client("Wholesale")
    tell(wholesaler, [shop("W")])
    tell(wholesaler, trade("W", [f"c{number}" for number in range(40)], orders=3))
    tell(wholesaler, trade("W", [f"d{number}" for number in range(10)], orders=6, asked_back=4))
    assert detect(wholesaler) == []


def test_takes_a_family_on_one_device_for_no_ring(client: ApiClient) -> None:
    family = trade("S1", ["f1", "f2", "f3", "f4"])
    tell(client, [each | {"context": {"device_id": "tablet"}} for each in family])
    assert detect(client) == []


def of_minors(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each | {"reason": {"code": "minor_purchase"}} if each["type"] == "refund" else each for each in lines]


def test_takes_what_parents_ask_back_for_no_abuse(client: ApiClient) -> None:
    tell(client, of_minors(trade("S1", BUYERS, orders=5, asked_back=4)))
    assert detect(client) == []


def test_takes_no_refund_of_a_child_s_purchase_for_a_payment_to_the_parent(client: ApiClient) -> None:
    children = [f"child{number}" for number in range(8)]
    bought = [order(f"M-{child}", child, "S1", day=40) for child in children]
    back = [refund(f"MR-{child}", f"M-{child}", "parent", day=42) for child in children]
    tell(client, [*bought, *of_minors(back)])
    assert detect(client) == []


def test_finds_one_hand_behind_many_accounts_and_keeps_values_to_itself(client: ApiClient) -> None:
    told = [account(buyer, phone="+8613800138000", document="doc-7") for buyer in BUYERS]
    tell(client, [*told, *trade("S1", BUYERS, orders=2)])

    (ring,) = detect(client)

    assert (ring.kind, ring.status) == (Kind.SHARED_IDENTITY, "suspected")
    assert members(ring, Role.SHARES) == BUYERS
    assert ring.proof["identifiers"] == [
        {"kind": "id_document", "accounts": BUYERS},
        {"kind": "phone", "accounts": BUYERS},
    ]
    assert "138" not in str(ring.proof)
    assert "doc-7" not in str(ring.proof)
    assert len(ring.proof["path"]) == 16
    assert ring.score > 95


def test_finds_accounts_that_ask_back_together_in_one_shop(client: ApiClient) -> None:
    tell(client, trade("S1", BUYERS, orders=5, asked_back=4))

    (ring,) = detect(client)

    assert ring.kind == Kind.DENSE_BLOCK
    assert (members(ring, Role.BUYS), [str(each) for each in members(ring, Role.SELLS)]) == (BUYERS, ["S1"])
    assert (ring.amount, ring.currency) == (8 * 4 * 64_800, "CNY")
    assert ring.proof["figures"] == {"orders": 40, "asked_back": 32}
    assert {(step["from"], step["to"]) for step in ring.proof["path"] if step["record"].startswith("refund:")} == {
        ("S1", buyer) for buyer in BUYERS
    }


def test_finds_an_owner_who_buys_from_himself(client: ApiClient) -> None:
    told = [account(name, phone="+8613900139000") for name in ("boss", "b0", "b1", "b2")]
    tell(client, [shop("mine", "boss"), *told, *trade("mine", ["b0", "b1", "b2"], orders=4, asked_back=3)])

    (ring,) = detect(client, Kind.SELF_DEALING)

    assert (members(ring, Role.OWNS), members(ring, Role.SELLS)) == (["boss"], ["mine"])
    assert members(ring, Role.BUYS) == ["b0", "b1", "b2"]
    assert ring.proof["figures"]["tied"] == 3
    assert ring.proof["identifiers"] == [{"kind": "phone", "accounts": ["b0", "b1", "b2", "boss"]}]


def tied_trade(currency: str) -> list[dict[str, Any]]:
    """Three tied buyers who keep what they buy, and the owner's transfers to them of the same number of minor units."""
    told = [account(name, phone="+8613900139000") for name in ("boss", "b0", "b1", "b2")]
    sent = [transfer(n, "boss", f"b{n}", day=50, amount=4 * 64_800, currency=currency) for n in range(3)]
    return [shop("mine", "boss"), *told, *trade("mine", ["b0", "b1", "b2"], orders=4), *sent]


def test_takes_yen_for_no_return_of_yuan(client: ApiClient) -> None:
    tell(client, tied_trade("JPY"))
    assert detect(client, Kind.SELF_DEALING) == []


def test_sees_that_the_price_went_back_to_who_paid_it(client: ApiClient) -> None:
    tell(client, tied_trade("CNY"))
    (ring,) = detect(client, Kind.SELF_DEALING)
    assert (ring.amount, ring.currency) == (3 * 4 * 64_800, "CNY")
    assert ring.proof["figures"]["returned"] == 3 * 4 * 64_800


def test_leaves_out_what_was_before(client: ApiClient) -> None:
    tell(client, trade("S1", BUYERS, orders=5, asked_back=4))
    report = rings_detect(client, kinds=[Kind.DENSE_BLOCK], since=NOW, now=NOW)
    assert report is not None
    assert report.rings == []
