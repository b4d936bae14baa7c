"""Streaming in what happened before."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEvent
from apps.clients.models import ApiClient
from apps.common import staging
from apps.marketplace.models import Account, Order
from apps.marketplace.services.absorb import absorb
from apps.marketplace.services.outcomes import Absorbed
from apps.refunds.lifecycle import Status
from apps.refunds.models import Origin, Refund, RefundLine
from apps.refunds.services import history
from apps.refunds.services.history import history_import
from apps.refunds.services.history_report import HistoryReport
from apps.reviews.models import ReviewCase
from apps.risk.models import RiskOutcome
from apps.webhooks.models import Event
from tests.marketplace.builders import instrument_body, line_body, order_body, payment_body
from tests.support.factories import NOON, make_client, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> ApiClient:
    return make_client()


@pytest.fixture(params=["few", "many"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows travel in two ways; everything holds for both."""
    if request.param == "many":
        monkeypatch.setattr(staging, "FEW", 0)


def order_line(**changed: Any) -> dict[str, Any]:
    """Return a line that tells of an order of 648, paid."""
    return {"type": "order", **order_body(**changed)}


def refund_line(**changed: Any) -> dict[str, Any]:
    """Return a line that tells of a refund of 100 of that order, paid."""
    whole = {
        "type": "refund",
        "reference": "R-1",
        "requested_at": "2026-11-21T10:00:00Z",
        "amount": 100,
        "currency": "CNY",
        "reason": {"code": "changed_mind", "text": "不想要了"},
        "channel": "app",
        "order": {"id": "O-1"},
        "outcome": "paid",
        "decided_at": "2026-11-21T12:00:00Z",
    }
    return whole | changed


def body_of(*lines: dict[str, Any] | bytes) -> list[bytes]:
    """Return a body in pieces of one line."""
    return [line + b"\n" if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines]


def told(client: ApiClient, *lines: dict[str, Any] | bytes) -> HistoryReport:
    """Import the lines."""
    return history_import(body_of(*lines), client_id=client.pk, now=NOON)


def rejections(report: HistoryReport) -> list[tuple[int, str, str]]:
    """Return line, pointer and code of every problem."""
    return [(one.line, problem.pointer, problem.code) for one in report.rejections for problem in one.problems]


def counts(report: HistoryReport) -> tuple[int, int, int]:
    """Return accepted, unchanged, rejected."""
    return report.accepted, report.unchanged, report.rejected


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"order": {"id": "O-9"}}, ("/order/id", "order_unknown")),
        ({"currency": "USD"}, ("/currency", "currency_differs")),
        ({"amount": 649}, ("/amount", "amount_exceeds_order")),
        ({"amount": 648, "lines": [{"id": "1", "amount": 648}]}, ("/lines/0/amount", "amount_exceeds_line")),
        ({"lines": [{"id": "7", "amount": 100}]}, ("/lines/0/id", "line_unknown")),
        ({"account": {"id": "A-2"}}, ("/account/id", "account_not_of_order")),
        ({"shop": {"id": "S-2"}}, ("/shop/id", "shop_not_of_order")),
        ({"requested_at": "2026-11-21T08:14:59Z"}, ("/requested_at", "requested_before_order")),
        (
            {"requested_at": "2026-11-23T12:00:01Z", "decided_at": "2026-11-24T00:00:00Z"},
            ("/requested_at", "requested_in_future"),
        ),
        ({"decided_at": "2026-11-23T12:00:01Z"}, ("/decided_at", "decided_in_future")),
        ({"decided_at": "2026-11-21T09:59:59Z"}, ("/decided_at", "decided_before_requested")),
        ({"outcome": "withdrawn"}, ("/outcome", "choice")),
        ({"amount": 99, "lines": [{"id": "1", "amount": 98}]}, ("/amount", "lines_sum")),
    ],
)
def test_refuses_a_past_refund_that_cannot_be(
    client: ApiClient, changed: dict[str, Any], found: tuple[str, str]
) -> None:
    order = order_line(lines=[line_body(amount=600), line_body(id="2", amount=48)])

    report = told(client, order, refund_line(**changed), refund_line(reference="R-2"))

    assert rejections(report) == [(2, *found)]
    assert counts(report) == (2, 0, 1)
    assert Refund.objects.get().reference == "R-2"


def test_one_bad_line_spoils_no_other(client: ApiClient) -> None:
    report = told(
        client,
        b"{oops",
        {"type": "account", "id": "A-1", "status": "active"},
        {"type": "account", "id": "A-2", "age": 7},
        refund_line(order={"id": "O-9"}),
        order_line(),
        b"x" * 1_000_001,
        {
            "type": "transfer",
            "id": "T",
            "at": "2026-01-01T00:00:00Z",
            "amount": 1,
            "currency": "CNY",
            "from_account_id": "A-1",
            "to_account_id": "A-2",
        },
        {"type": "shop", "id": "S-1", "name": "Shop"},
        refund_line(),
    )

    assert counts(report) == (5, 0, 4)
    assert rejections(report) == [
        (1, "", "malformed"),
        (3, "/age", "unknown_field"),
        (4, "/order/id", "order_unknown"),
        (6, "", "line_too_long"),
    ]
    assert (Order.objects.count(), Refund.objects.count()) == (1, 1)


def test_lists_the_first_hundred_rejections_and_counts_all(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CHUNK_LINES", 40)

    report = told(client, *[b"?"] * 130, {"type": "account", "id": "A"})

    assert counts(report) == (1, 0, 130)
    assert [one.line for one in report.rejections] == list(range(1, 101))


def test_stores_a_paid_refund_as_settled(client: ApiClient) -> None:
    order = order_line(lines=[line_body(amount=600, category="voucher"), line_body(id="2", amount=48)])
    line = refund_line(
        lines=[{"id": "1", "amount": 60}, {"id": "2", "amount": 40}],
        account={"id": "A-1", "status": "active"},
        shop={"id": "S-1"},
        destination=instrument_body(fingerprint="w-9"),
        context={"ip": "203.0.113.7", "device_id": "d-1"},
        answer_by="2026-11-22T00:00:00Z",
        default_outcome="approve",
    )

    assert counts(told(client, order, line)) == (2, 0, 0)

    refund = Refund.objects.select_related("order", "account", "shop", "destination").get()
    assert (refund.origin, refund.status, refund.status_at) == (
        Origin.HISTORY,
        Status.PAID,
        datetime(2026, 11, 21, 12, tzinfo=UTC),
    )
    assert (refund.amount, refund.approved_amount, refund.currency, refund.category) == (100, 100, "CNY", "top_up")
    assert (refund.order.external_id, refund.account.external_id, refund.shop.external_id) == ("O-1", "A-1", "S-1")
    assert refund.destination is not None
    assert refund.destination.fingerprint == "w-9"
    assert (refund.reason_code, refund.reason_text, refund.channel) == ("changed_mind", "不想要了", "app")
    assert (refund.ip, refund.device_id, refund.default_outcome) == ("203.0.113.7", "d-1", "approve")
    assert refund.decision == {
        "outcome": "approve",
        "reason_code": "",
        "message": "",
        "decided_at": "2026-11-21T12:00:00Z",
        "lines": [{"id": "1", "approved_amount": 60}, {"id": "2", "approved_amount": 40}],
    }
    assert refund.payout == {"reference": "", "result": "paid", "at": "2026-11-21T12:00:00Z"}
    assert (refund.version, refund.event_sequence, refund.created_at) == (1, 0, NOON)
    assert list(RefundLine.objects.order_by("line__external_id").values_list("amount", "approved_amount")) == [
        (60, 60),
        (40, 40),
    ]
    assert Account.objects.get(external_id="A-1").status == "active"


def test_stores_a_denied_refund_that_takes_nothing(client: ApiClient) -> None:
    denied = refund_line(amount=648, outcome="denied", lines=[{"id": "1", "amount": 648}])

    report = told(client, order_line(), denied, refund_line(reference="R-2", amount=648))

    assert counts(report) == (3, 0, 0)
    refund = Refund.objects.get(reference="R-1")
    assert (refund.status, refund.approved_amount, refund.payout) == (Status.DENIED, None, None)
    assert RefundLine.objects.values_list("amount", "approved_amount").get() == (648, 0)


def test_opens_no_case_and_tells_nobody(client: ApiClient) -> None:
    told(client, order_line(), refund_line())

    assert not ReviewCase.objects.exists()
    assert not Event.objects.exists()
    assert not AuditEvent.objects.exists()


def test_counts_what_refunds_of_the_order_have_taken(client: ApiClient) -> None:
    told(client, order_line())
    submit(Order.objects.get(), RiskOutcome.REVIEW, amount=348)

    report = told(client, refund_line(amount=200), refund_line(reference="R-2", amount=101))

    assert rejections(report) == [(2, "/amount", "amount_exceeds_order")]
    assert report.rejections[0].problems[0].detail == "The payments of order O-1 leave CN¥1.00 to refund."
    assert told(client, refund_line(reference="R-3", amount=100)).accepted == 1


def test_a_refund_may_come_before_its_order_and_bring_it_along(client: ApiClient) -> None:
    report = told(
        client,
        refund_line(),
        order_line(),
        refund_line(reference="R-2", order=order_body(id="O-2", account_id="A-5")),
    )

    assert counts(report) == (3, 0, 0)
    assert Refund.objects.get(reference="R-2").account.external_id == "A-5"


def test_repeats_are_unchanged(client: ApiClient) -> None:
    lines = [
        {"type": "account", "id": "A-1", "phone": "+8613800138000"},
        {"type": "account", "id": "A-3"},
        {"type": "shop", "id": "S-1", "name": "Shop"},
        order_line(),
        refund_line(lines=[{"id": "1", "amount": 100}], context={"ip": "::1.2.3.4"}),
        refund_line(reference="R-2", outcome="denied", requested_at="2026-11-21T18:00:00+08:00"),
    ]
    assert counts(told(client, *lines)) == (6, 0, 0)

    assert counts(told(client, *lines)) == (0, 6, 0)
    assert counts(told(client, *lines, *lines)) == (0, 12, 0)
    assert Refund.objects.count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": 99},
        {"outcome": "denied"},
        {"decided_at": "2026-11-21T12:00:01Z"},
        {"reason": {"code": "changed_mind", "text": "else"}},
        {"lines": [{"id": "1", "amount": 100}]},
        {"order": {"id": "O-2"}},
        {"destination": instrument_body()},
        {"context": {"ip": "203.0.113.7"}},
    ],
)
def test_a_reference_tells_one_refund_only(client: ApiClient, changed: dict[str, Any]) -> None:
    told(client, order_line(), order_line(id="O-2"), refund_line())
    stored = Refund.objects.get()

    report = told(client, refund_line(**changed))

    assert rejections(report) == [(1, "/reference", "reference_used")]
    assert stored.id in report.rejections[0].problems[0].detail
    assert Refund.objects.values().get() == Refund.objects.filter(pk=stored.pk).values().get()
    assert told(client, refund_line(reference="R-2"), refund_line(**{"reference": "R-2", **changed})).rejected == 1


def test_takes_a_reference_of_a_submitted_refund_for_used(client: ApiClient) -> None:
    told(client, order_line())
    submit(Order.objects.get(), RiskOutcome.REVIEW, amount=100, reference="R-1")

    assert rejections(told(client, refund_line())) == [(1, "/reference", "reference_used")]


def test_takes_the_same_number_of_statements_for_any_number_of_lines(client: ApiClient) -> None:
    def statements(first: int, count: int) -> int:
        lines = []
        for index in range(first, first + count):
            paid = payment_body(instrument=instrument_body(fingerprint=f"w-{index}"))
            lines.append(order_line(id=f"O-{index}", account_id=f"A-{index}", payments=[paid]))
            line = [{"id": "1", "amount": 100}]
            lines.append(refund_line(reference=f"R-{index}", order={"id": f"O-{index}"}, lines=line))
        with CaptureQueriesContext(connection) as queries:
            assert counts(told(client, *lines)) == (2 * count, 0, 0)
        return len(queries)

    told(client, {"type": "shop", "id": "S-1"})
    assert statements(0, 1) == statements(1, 60)


def test_tells_how_far_it_is(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CHUNK_LINES", 2)
    body = body_of(*({"type": "account", "id": f"A-{index}"} for index in range(5)))
    seen: list[tuple[int, int]] = []

    report = history_import(
        body,
        client_id=client.pk,
        now=NOON,
        on_progress=lambda so_far: seen.append((so_far.bytes_read, so_far.accepted)),
    )

    assert [accepted for _bytes, accepted in seen] == [2, 4, 5]
    assert report.bytes_read == seen[-1][0] == sum(map(len, body))


def test_keeps_the_chunks_before_a_body_that_breaks_off(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CHUNK_LINES", 2)
    lines = [{"type": "account", "id": f"A-{index}", "status": "new"} for index in range(9)]

    def breaks_off() -> Iterator[bytes]:
        yield from body_of(*lines[:7])
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        history_import(breaks_off(), client_id=client.pk, now=NOON)
    stored = Account.objects.count()

    # The chunk that was read ahead is lost; it comes again with the next run.
    assert stored == 4
    assert counts(told(client, *lines)) == (5, 4, 0)


def test_holds_no_more_than_two_chunks_of_a_body(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CHUNK_LINES", 10)
    given = 0
    ahead: list[int] = []

    def body() -> Iterator[bytes]:
        nonlocal given
        for piece in body_of(*({"type": "account", "id": f"A-{index}"} for index in range(100))):
            given += 1
            yield piece

    history_import(
        body(),
        client_id=client.pk,
        now=NOON,
        on_progress=lambda so_far: ahead.append(given - so_far.accepted),
    )

    assert ahead == [10] * 9 + [0]


def test_a_chunk_ends_by_size_as_well(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CHUNK_BYTES", 100)
    body = body_of(*({"type": "account", "id": f"{index:060}"} for index in range(4)))
    seen: list[int] = []

    history_import(body, client_id=client.pk, now=NOON, on_progress=lambda so_far: seen.append(so_far.accepted))

    assert seen == [2, 4]


@pytest.mark.django_db(transaction=True)
def test_two_clients_never_wait_for_each_other(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CHUNK_LINES", 60)
    other = make_client()
    lines = [order_line(id=f"O-{index}", account_id=f"A-{index}") for index in range(240)]
    lines += [refund_line(reference=f"R-{index}", order={"id": f"O-{index}"}) for index in range(60)]
    stored = absorb

    def while_the_first_is_open(**told: Any) -> Absorbed:
        """Store the first client's chunk, and before that is committed take in the whole file of the other."""
        absorbed = stored(**told)
        if told["client_id"] == client.pk and not Order.objects.filter(client=other).exists():
            with ThreadPoolExecutor(1) as threads:
                assert counts(threads.submit(whole_file_of_the_other).result(timeout=60)) == (300, 0, 0)
        return absorbed

    def whole_file_of_the_other() -> HistoryReport:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return told(other, *lines)
        finally:
            connection.close()

    monkeypatch.setattr(history, "absorb", while_the_first_is_open)

    assert counts(told(client, *lines)) == (300, 0, 0)
    assert (Order.objects.filter(client=client).count(), Order.objects.filter(client=other).count()) == (240, 240)


@pytest.mark.django_db(transaction=True)
def test_streams_with_the_same_new_rows_in_opposite_order_end_right(
    client: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHUNK_LINES", 300)
    lines = [order_line(id=f"O-{index:03}", account_id=f"A-{index % 250:03}") for index in range(600)]
    lines += [{"type": "account", "id": f"A-{index:03}", "status": "active"} for index in range(250)]
    ready = Barrier(3)

    def stream(ordered: list[dict[str, Any]]) -> HistoryReport:
        ready.wait(timeout=30)
        try:
            return told(client, *ordered)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        reports = list(threads.map(stream, [lines, lines[::-1], lines], timeout=120))

    assert [report.rejected for report in reports] == [0, 0, 0]
    assert [report.accepted + report.unchanged for report in reports] == [850] * 3
    assert (Order.objects.count(), Account.objects.filter(status="active").count()) == (600, 250)
    assert Account.objects.count() == 250
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM marketplace_line")
        assert cursor.fetchone() == (600,)


@pytest.mark.django_db(transaction=True)
def test_two_streams_of_one_client_end_with_everything_once(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CHUNK_LINES", 50)
    names = [f"{index:03}" for index in range(150)]
    lines = [order_line(id=f"O-{name}", account_id=f"A-{name}") for name in names]
    lines += [refund_line(reference=f"R-{name}", order={"id": f"O-{name}"}) for name in names]
    ready = Barrier(2)

    def stream(ordered: list[dict[str, Any]]) -> HistoryReport:
        ready.wait(timeout=30)
        try:
            return told(client, *ordered)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        # Each brings the orders first; both bring all of them, in opposite order.
        other = [*lines[:150][::-1], *lines[150:][::-1]]
        one, two = threads.map(stream, [lines, other], timeout=120)

    assert (one.rejected, two.rejected) == (0, 0)
    assert one.accepted + two.accepted >= 300
    assert (Order.objects.count(), Refund.objects.count(), Account.objects.count()) == (150, 150, 150)
