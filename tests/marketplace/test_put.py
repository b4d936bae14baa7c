"""One account, shop or order, and how it is shown."""

import pytest

from apps.clients.models import ApiClient
from apps.common.ciphers import decrypted
from apps.identity.models import VerificationFactor
from apps.marketplace.documents import account_document, order_document, shop_document
from apps.marketplace.services.outcomes import Outcome
from apps.marketplace.services.put import account_put, order_put, shop_put
from tests.marketplace.builders import account, instrument_body, line_body, order, payment_body, shop
from tests.support.factories import NOON, make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> ApiClient:
    return make_client()


def test_tells_created_updated_and_unchanged_apart(client: ApiClient) -> None:
    outcomes = [
        account_put(account(status=status), client_id=client.pk, now=NOON).outcome
        for status in ("new", "new", "active")
    ]

    assert outcomes == [Outcome.CREATED, Outcome.UNCHANGED, Outcome.UPDATED]


def test_shows_an_account_without_its_numbers(client: ApiClient) -> None:
    record = account(
        registered_at="2020-01-01T08:00:00+08:00",
        status="active",
        display_name="王小明",
        phone="+86 138 0013 8000",
        email="ming@example.com",
        verification={
            "id_document": {
                "status": "verified",
                "verified_at": "2026-01-01T00:00:00Z",
                "provider": "NCIIC",
                "name_match": True,
                "document_type": "resident_id",
                "number": "11010519491231002X",
            },
            "bank_card": {"status": "failed", "fingerprint": "client's own", "last4": "6789"},
        },
    )

    document = account_document(account_put(record, client_id=client.pk, now=NOON).row, now=NOON)

    assert document == {
        "id": "A-1",
        "registered_at": "2020-01-01T00:00:00Z",
        "status": "active",
        "display_name": "王小明",
        "phone_last4": "8000",
        "is_minor": False,
        "verification": {
            "bank_card": {
                "status": "failed",
                "verified_at": None,
                "expires_at": None,
                "provider": "",
                "name_match": None,
                "document_type": "",
                "last4": "6789",
            },
            "id_document": {
                "status": "verified",
                "verified_at": "2026-01-01T00:00:00Z",
                "expires_at": None,
                "provider": "NCIIC",
                "name_match": True,
                "document_type": "resident_id",
                "last4": "002X",
            },
        },
    }
    stored = VerificationFactor.objects.get(kind="id_document")
    assert decrypted(bytes(stored.number_encrypted)) == "11010519491231002X"


def test_shows_an_account_of_which_nothing_personal_was_told(client: ApiClient) -> None:
    document = account_document(account_put(account(), client_id=client.pk, now=NOON).row, now=NOON)

    assert document == {
        "id": "A-1",
        "registered_at": None,
        "status": "",
        "display_name": "",
        "phone_last4": "",
        "is_minor": False,
        "verification": {},
    }


def test_shows_a_shop_with_its_owner(client: ApiClient) -> None:
    put = shop_put(shop(name="点卡店", owner_account_id="A-7"), client_id=client.pk, now=NOON)

    assert put.outcome is Outcome.CREATED
    assert shop_document(put.row) == {
        "id": "S-1",
        "name": "点卡店",
        "registered_at": None,
        "owner_account_id": "A-7",
    }


def test_shows_an_order_as_it_was_sent(client: ApiClient) -> None:
    record = order(
        lines=[
            line_body(id="b", consumption={"percent": 5}),
            line_body(id="a", delivery={"status": "delivered", "at": "2026-11-21T08:20:00Z"}),
        ],
        payments=[payment_body(instrument=instrument_body(holder_account_id="A-2"), payer_account_id="A-3")],
        context={"ip": "2001:DB8::1"},
    )

    document = order_document(order_put(record, client_id=client.pk, now=NOON).row)

    assert document["placed_at"] == "2026-11-21T08:15:00Z"
    assert (document["account_id"], document["shop_id"], document["paid_amount"]) == ("A-1", "S-1", 648)
    assert [line["id"] for line in document["lines"]] == ["b", "a"]
    assert document["lines"][0]["consumption"] == {"percent": 5, "first_used_at": None, "evidence": ""}
    assert document["lines"][0]["delivery"] is None
    assert document["lines"][1]["delivery"] == {"status": "delivered", "at": "2026-11-21T08:20:00Z"}
    assert document["payments"] == [
        {
            "id": "P-1",
            "paid_at": "2026-11-21T08:15:05Z",
            "amount": 648,
            "instrument": {
                "type": "wallet",
                "fingerprint": "w-1",
                "last4": "",
                "brand": "",
                "holder_account_id": "A-2",
            },
            "payer_account_id": "A-3",
        }
    ]
    assert document["context"] == {"ip": "2001:db8::1", "device_id": "", "user_agent": ""}
