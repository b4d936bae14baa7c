"""Taking in many records at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from apps.clients.models import ApiClient
from apps.common import staging
from apps.marketplace.models import Account, Instrument, Line, Order, Payment, Shop, Transfer
from apps.marketplace.records import AccountRecord, InstrumentRecord, OrderRecord
from apps.marketplace.services.absorb import absorb
from apps.marketplace.services.outcomes import Absorbed, Outcome
from apps.refunds.models import RefundLine
from apps.risk.models import RiskOutcome
from tests.marketplace.builders import account, instrument_body, line_body, order, payment_body, shop, transfer
from tests.support.factories import NOON, make_client, submit

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def client() -> ApiClient:
    return make_client()


@pytest.fixture(params=["few", "many"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Rows travel in two ways; everything holds for both."""
    if request.param == "many":
        monkeypatch.setattr(staging, "FEW", 0)
    return str(request.param)


def orders_of(number: int, *, start: int = 0) -> list[OrderRecord]:
    """Return orders that share nothing but their shop."""
    return [
        order(
            id=f"O-{index}",
            account_id=f"A-{index}",
            payments=[payment_body(instrument=instrument_body(fingerprint=f"w-{index}"))],
        )
        for index in range(start, start + number)
    ]


def test_creates_an_order_with_all_that_it_refers_to(client: ApiClient) -> None:
    record = order(
        lines=[
            line_body(
                sku="SKU-1",
                delivery={"status": "viewed", "at": "2026-11-21T08:16:00Z"},
                consumption={"percent": 40, "first_used_at": "2026-11-21T09:00:00Z", "evidence": "login"},
            ),
            line_body(id="2", category="voucher", amount=100),
        ],
        payments=[
            payment_body(instrument=instrument_body(last4="1234", brand="X", holder_account_id="A-2")),
            payment_body(id="P-2", amount=100, payer_account_id="A-3"),
        ],
        context={"ip": "203.0.113.7", "device_id": "d-55", "user_agent": "app/1"},
    )

    absorbed = absorb(client_id=client.pk, orders=[record], now=NOON)

    assert absorbed.order_outcomes == [Outcome.CREATED]
    stored = Order.objects.select_related("account", "shop").get(pk=absorbed.orders["O-1"])
    assert (stored.account.external_id, stored.shop.external_id, stored.currency) == ("A-1", "S-1", "CNY")
    assert stored.placed_at == datetime(2026, 11, 21, 8, 15, tzinfo=UTC)
    assert (stored.paid_amount, stored.ip, stored.device_id, stored.user_agent) == (
        748,
        "203.0.113.7",
        "d-55",
        "app/1",
    )
    first, second = stored.lines.order_by("position")
    assert (first.external_id, first.sku, first.title, first.category, first.amount) == (
        "1",
        "SKU-1",
        "点券 648",
        "top_up",
        648,
    )
    assert (first.delivery_status, first.delivered_at) == ("viewed", datetime(2026, 11, 21, 8, 16, tzinfo=UTC))
    assert (first.consumed_percent, first.consumption_evidence) == (40, "login")
    assert first.first_used_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert (second.external_id, second.position, second.delivery_status, second.consumed_percent) == ("2", 2, "", None)
    one, other = stored.payments.order_by("external_id").select_related("payer_account")
    assert one.instrument_id == other.instrument_id
    assert other.payer_account is not None
    assert other.payer_account.external_id == "A-3"
    instrument = Instrument.objects.select_related("holder_account").get()
    assert (instrument.last4, instrument.brand) == ("1234", "X")
    assert instrument.holder_account is not None
    assert instrument.holder_account.external_id == "A-2"
    assert list(Account.objects.order_by("external_id").values_list("external_id", "described_at")) == [
        ("A-1", None),
        ("A-2", None),
        ("A-3", None),
    ]
    assert Shop.objects.get().described_at is None


def test_writes_nothing_for_what_is_known_already(client: ApiClient) -> None:
    told: dict[str, Any] = {
        "accounts": [account(status="active", phone="+8613800138000"), account(id="A-9")],
        "shops": [shop(name="游戏点卡店", owner_account_id="A-5")],
        "orders": [order()],
        "transfers": [transfer()],
    }
    absorb(client_id=client.pk, **told, now=NOON)
    before = _row_versions()

    absorbed = absorb(client_id=client.pk, **told, now=LATER)

    assert absorbed.account_outcomes == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert absorbed.shop_outcomes == [Outcome.UNCHANGED]
    assert absorbed.order_outcomes == [Outcome.UNCHANGED]
    assert absorbed.transfer_outcomes == [Outcome.UNCHANGED]
    assert _row_versions() == before


def test_a_described_account_keeps_what_a_later_one_does_not_name(client: ApiClient) -> None:
    absorb(client_id=client.pk, accounts=[account(status="active", registered_at="2020-01-01T00:00:00Z")], now=NOON)

    absorbed = absorb(client_id=client.pk, accounts=[account(is_minor=True)], now=LATER)

    assert absorbed.account_outcomes == [Outcome.UPDATED]
    stored = Account.objects.get()
    assert (stored.status, stored.registered_at, stored.is_minor) == ("active", datetime(2020, 1, 1, tzinfo=UTC), True)


def test_null_erases(client: ApiClient) -> None:
    absorb(
        client_id=client.pk,
        accounts=[account(status="active")],
        shops=[shop(name="Old", owner_account_id="A-1")],
        now=NOON,
    )

    absorb(
        client_id=client.pk,
        accounts=[account(status=None)],
        shops=[shop(name=None, owner_account_id=None)],
        now=LATER,
    )

    assert Account.objects.get().status == ""
    stored = Shop.objects.get()
    assert (stored.name, stored.owner_account_id) == ("", None)


def test_a_bare_reference_never_erases(client: ApiClient) -> None:
    absorb(client_id=client.pk, accounts=[account(status="active")], shops=[shop(name="Shop")], now=NOON)

    absorbed = absorb(client_id=client.pk, accounts=[account()], shops=[shop()], orders=[order()], now=LATER)

    assert absorbed.account_outcomes == [Outcome.UNCHANGED]
    assert absorbed.shop_outcomes == [Outcome.UNCHANGED]
    stored = Account.objects.get()
    assert (stored.status, stored.described_at) == ("active", NOON)
    assert Shop.objects.get().name == "Shop"


def test_a_placeholder_that_is_described_counts_as_created(client: ApiClient) -> None:
    absorb(client_id=client.pk, orders=[order()], now=NOON)

    absorbed = absorb(client_id=client.pk, accounts=[account(status="active")], shops=[shop(name="Shop")], now=LATER)

    assert absorbed.account_outcomes == [Outcome.CREATED]
    assert absorbed.shop_outcomes == [Outcome.CREATED]
    assert Account.objects.get().described_at == LATER


def test_a_changed_order_is_replaced_and_keeps_its_line_rows(client: ApiClient) -> None:
    both = [line_body(), line_body(id="2", title="Gone")]
    absorb(client_id=client.pk, orders=[order(lines=both, payments=[payment_body(), payment_body(id="P-2")])], now=NOON)
    kept = Line.objects.get(external_id="1").pk

    absorbed = absorb(
        client_id=client.pk,
        orders=[order(lines=[line_body(id="3"), line_body(title="New title")], payments=[payment_body(amount=600)])],
        now=LATER,
    )

    assert absorbed.order_outcomes == [Outcome.UPDATED]
    assert list(Line.objects.order_by("position").values_list("external_id", "title")) == [
        ("3", "点券 648"),
        ("1", "New title"),
    ]
    assert Line.objects.get(external_id="1").pk == kept
    assert list(Payment.objects.values_list("external_id", "amount")) == [("P-1", 600)]
    assert Order.objects.get().paid_amount == 600


def test_an_order_that_lost_all_payments_has_none(client: ApiClient) -> None:
    absorb(client_id=client.pk, orders=[order()], now=NOON)

    absorb(client_id=client.pk, orders=[order(payments=[])], now=LATER)

    assert not Payment.objects.exists()
    assert Order.objects.get().paid_amount == 0


def test_keeps_delivery_consumption_and_context_that_a_later_order_leaves_out(client: ApiClient) -> None:
    used = line_body(
        delivery={"status": "viewed", "at": "2026-11-21T08:16:00Z"},
        consumption={"percent": 100, "evidence": "redeemed"},
    )
    absorb(client_id=client.pk, orders=[order(lines=[used], context={"ip": "203.0.113.7"})], now=NOON)

    absorb(
        client_id=client.pk,
        orders=[order(lines=[line_body(title="Other")], context={"device_id": "d-1"})],
        now=LATER,
    )

    stored = Line.objects.get()
    assert (stored.title, stored.delivery_status, stored.consumed_percent) == ("Other", "viewed", 100)
    assert (stored.delivered_at, stored.consumption_evidence) == (
        datetime(2026, 11, 21, 8, 16, tzinfo=UTC),
        "redeemed",
    )
    assert Order.objects.values_list("ip", "device_id").get() == ("203.0.113.7", "d-1")


def test_replaces_delivery_as_a_whole(client: ApiClient) -> None:
    viewed = line_body(delivery={"status": "viewed", "at": "2026-11-21T08:16:00Z"})
    absorb(client_id=client.pk, orders=[order(lines=[viewed])], now=NOON)

    absorb(client_id=client.pk, orders=[order(lines=[line_body(delivery={"status": "undelivered"})])], now=LATER)

    assert Line.objects.values_list("delivery_status", "delivered_at").get() == ("undelivered", None)


def test_keeps_a_line_that_a_refund_refers_to(client: ApiClient) -> None:
    absorb(client_id=client.pk, orders=[order(lines=[line_body(), line_body(id="2")])], now=NOON)
    submit(Order.objects.get(), RiskOutcome.REVIEW, amount=100, lines=[{"id": "1", "amount": 100}])

    absorb(client_id=client.pk, orders=[order(lines=[line_body(id="3")])], now=LATER)

    assert set(Line.objects.values_list("external_id", flat=True)) == {"1", "3"}
    assert RefundLine.objects.get().line.external_id == "1"


def test_what_is_left_out_of_an_instrument_stays(client: ApiClient) -> None:
    told = InstrumentRecord.model_validate(instrument_body(last4="1234", brand="Visa", holder_account_id="A-1"))
    absorb(client_id=client.pk, instruments=[told], now=NOON)

    absorbed = absorb(
        client_id=client.pk,
        instruments=[InstrumentRecord.model_validate(instrument_body(brand="UnionPay"))],
        now=LATER,
    )

    stored = Instrument.objects.select_related("holder_account").get()
    assert (stored.last4, stored.brand) == ("1234", "UnionPay")
    assert stored.holder_account is not None
    assert stored.holder_account.external_id == "A-1"
    assert list(absorbed.instruments.values()) == [stored.pk]


def test_puts_records_of_one_id_together(client: ApiClient) -> None:
    absorbed = absorb(
        client_id=client.pk,
        accounts=[account(status="new", phone="+8613800138000"), account(status="active"), account(status="active")],
        orders=[
            order(lines=[line_body(consumption={"percent": 10})]),
            order(lines=[line_body(title="Later")]),
        ],
        now=NOON,
    )

    assert absorbed.account_outcomes == [Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED]
    assert absorbed.order_outcomes == [Outcome.CREATED, Outcome.UPDATED]
    stored = Account.objects.select_related("subject").get()
    assert stored.subject is not None
    assert (stored.status, stored.subject.phone_last4) == ("active", "8000")
    assert Line.objects.values_list("title", "consumed_percent").get() == ("Later", 10)


def test_stores_transfers(client: ApiClient) -> None:
    absorbed = absorb(client_id=client.pk, transfers=[transfer(instrument=instrument_body())], now=NOON)

    stored = Transfer.objects.select_related("from_account", "to_account", "instrument").get()
    assert absorbed.transfer_outcomes == [Outcome.CREATED]
    assert (stored.from_account.external_id, stored.to_account.external_id, stored.amount) == ("A-1", "A-2", 500)
    assert stored.instrument is not None
    assert stored.instrument.fingerprint == "w-1"

    changed = absorb(client_id=client.pk, transfers=[transfer(amount=501)], now=LATER)

    assert changed.transfer_outcomes == [Outcome.UPDATED]
    assert Transfer.objects.values_list("amount", "instrument_id").get() == (501, stored.instrument_id)


def test_keeps_clients_apart(client: ApiClient) -> None:
    other = make_client()
    absorb(client_id=other.pk, accounts=[account(status="theirs")], orders=[order()], now=NOON)

    absorbed = absorb(client_id=client.pk, accounts=[account(status="ours")], orders=[order()], now=NOON)

    assert absorbed.order_outcomes == [Outcome.CREATED]
    assert Account.objects.get(client=other).status == "theirs"
    assert (Account.objects.count(), Order.objects.count(), Instrument.objects.count()) == (2, 2, 2)


def test_carries_every_character(client: ApiClient) -> None:
    odd = 'tab\t new\nline \\ back " quote \\N {a,b} \u2028 😀 %s %(sent)s'

    absorb(client_id=client.pk, orders=[order(id="O-\\N%s{}", lines=[line_body(title=odd)])], now=NOON)

    assert Line.objects.get().title == odd
    assert Order.objects.get().external_id == "O-\\N%s{}"


@pytest.mark.parametrize("name", ['"', "\\", '","', "{}", "NULL", "O,1", " ", "点", "%s"])
def test_knows_an_order_again_by_any_name(client: ApiClient, name: str) -> None:
    told: dict[str, Any] = {"orders": [order(id=name), order(id="O-2")], "instruments": [_wallet(name)], "now": NOON}
    first = absorb(client_id=client.pk, **told)

    again = absorb(client_id=client.pk, **told, lock_orders=[name])

    assert again.order_outcomes == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert (again.orders, again.instruments) == (first.orders, {("wallet", name): first.instruments["wallet", name]})


def test_knows_instruments_by_type_and_fingerprint_together(client: ApiClient) -> None:
    def told(kind: str, fingerprint: str) -> InstrumentRecord:
        return InstrumentRecord.model_validate({"type": kind, "fingerprint": fingerprint})

    first = absorb(client_id=client.pk, instruments=[told("wallet", "1"), told("bank_card", "2")], now=NOON)

    crossed = absorb(client_id=client.pk, instruments=[told("wallet", "2"), told("bank_card", "2")], now=NOON)

    assert crossed.instruments["bank_card", "2"] == first.instruments["bank_card", "2"]
    assert set(crossed.instruments) == {("wallet", "2"), ("bank_card", "2")}
    assert Instrument.objects.count() == 3


def _wallet(fingerprint: str) -> InstrumentRecord:
    return InstrumentRecord.model_validate(instrument_body(fingerprint=fingerprint))


def test_takes_the_same_number_of_statements_for_any_number_of_records(client: ApiClient, way: str) -> None:
    absorb(client_id=client.pk, shops=[shop(name="Shop")], now=NOON)
    people = [AccountRecord.model_validate({"id": f"A-{index}", "phone": "1"}) for index in range(30)]

    one = _statements(client, accounts=people[:1], orders=orders_of(1))
    many = _statements(client, accounts=people[1:], orders=orders_of(29, start=1))
    changed_one = _statements(client, orders=[_changed(record) for record in orders_of(1)])
    changed_many = _statements(client, orders=[_changed(record) for record in orders_of(29, start=1)])

    assert one == many
    assert changed_one == changed_many
    assert one == {"few": 7, "many": 18}[way]
    assert changed_one == {"few": 7, "many": 14}[way]


def test_takes_one_statement_for_what_is_known(client: ApiClient, way: str) -> None:
    absorb(client_id=client.pk, orders=orders_of(20), now=NOON)

    # Many are looked up without parallel workers, which takes a statement of its own.
    assert _statements(client, orders=orders_of(20)) == {"few": 1, "many": 2}[way]


def _changed(record: OrderRecord) -> OrderRecord:
    return record.model_copy(update={"currency": "USD"})


def _statements(client: ApiClient, **told: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        absorb(client_id=client.pk, **told, now=LATER)
    return len(queries)


def _row_versions() -> list[Any]:
    """Return where every row is stored: a written row moves, even when its values stay."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("marketplace_", "identity_")):
                statement = sql.SQL("SELECT ctid, xmin FROM {} ORDER BY ctid").format(sql.Identifier(table))
                cursor.execute(statement.as_string())
                found.append((table, cursor.fetchall()))
    return found


def test_reports_row_ids_of_locked_orders(client: ApiClient) -> None:
    before: Absorbed = absorb(client_id=client.pk, orders=orders_of(2), now=NOON)

    absorbed = absorb(client_id=client.pk, lock_orders=["O-1", "O-7"], now=NOON)

    assert absorbed.orders == {"O-1": before.orders["O-1"]}
