"""Several writers at once, on connections of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from apps.marketplace.models import Account, Instrument, Order
from apps.marketplace.records import InstrumentRecord
from apps.marketplace.services.absorb import absorb
from tests.marketplace.builders import account, instrument_body, order, payment_body, shop, transfer
from tests.support.factories import NOON, make_client

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 120
ROUNDS = 3


def told(version: int, *, backwards: bool) -> dict[str, Any]:
    """Return accounts, shops, orders and transfers that all differ from version to version."""
    step = -1 if backwards else 1
    names = [f"{index:03}" for index in range(MANY)][::step]
    return {
        "accounts": [account(id=f"A-{name}", status=f"v{version}", phone=f"{version}{name}") for name in names],
        "shops": [shop(id=f"S-{name}", name=f"v{version}") for name in names],
        "orders": [
            order(
                id=f"O-{name}",
                account_id=f"A-{name}",
                shop_id=f"S-{name}",
                payments=[payment_body(instrument=instrument_body(fingerprint=f"w-{name}", brand=f"v{version}"))],
                context={"device_id": f"v{version}"},
            )
            for name in names
        ],
        "transfers": [
            transfer(id=f"T-{name}", amount=version, from_account_id=f"A-{name}", to_account_id="A-000")
            for name in names
        ],
    }


def at_once(*writers: Callable[[], None]) -> None:
    """Run the writers in threads of their own and raise what they raise."""

    def run(writer: Callable[[], None]) -> None:
        try:
            writer()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(writers)) as threads:
        for done in [threads.submit(run, writer) for writer in writers]:
            done.result(timeout=60)


def test_never_deadlocks_over_the_same_rows_in_opposite_order() -> None:
    client = make_client()
    ready = Barrier(3)

    def write(first: int, *, backwards: bool) -> None:
        for version in range(first, first + 3 * ROUNDS, 3):
            ready.wait(timeout=30)
            absorb(client_id=client.pk, **told(version, backwards=backwards), now=NOON)

    at_once(lambda: write(1, backwards=False), lambda: write(2, backwards=True), lambda: write(3, backwards=False))

    assert Order.objects.count() == MANY
    assert Account.objects.count() == MANY
    assert Instrument.objects.count() == MANY


@pytest.mark.parametrize("kind", ["accounts", "instruments"])
def test_never_deadlocks_over_the_same_new_rows_in_opposite_order(kind: str) -> None:
    client = make_client()
    ready = Barrier(2)

    def write(*, backwards: bool) -> None:
        for turn in range(3):
            names = [f"{turn}-{index:04}" for index in range(1_500)][:: -1 if backwards else 1]
            bodies = [instrument_body(fingerprint=name) for name in names]
            told: dict[str, Any] = {
                "accounts": [account(id=name, status="new") for name in names],
                "instruments": [InstrumentRecord.model_validate(body) for body in bodies],
            }
            ready.wait(timeout=30)
            absorb(client_id=client.pk, **{kind: told[kind]}, now=NOON)

    at_once(lambda: write(backwards=False), lambda: write(backwards=True))

    stored = Account.objects.count() if kind == "accounts" else Instrument.objects.count()
    assert stored == 3 * 1_500


def test_writers_of_one_new_row_agree_on_it() -> None:
    client = make_client()
    ready = Barrier(4)

    def write(index: int) -> None:
        for name in range(20):
            ready.wait(timeout=30)
            record = account(id=f"A-{name}", status=f"s{index}", phone=f"+861380013{index:04}")
            absorb(client_id=client.pk, accounts=[record], orders=[order(account_id=f"A-{name}")], now=NOON)

    at_once(*(lambda index=index: write(index) for index in range(4)))

    assert Account.objects.count() == 20
    assert Order.objects.count() == 1
    for stored in Account.objects.select_related("subject"):
        assert stored.subject is not None
        # Who came last wrote both, so that the two never disagree.
        assert stored.subject.phone_last4 == f"000{stored.status[1:]}"


def test_two_clients_never_wait_for_each_other() -> None:
    one, other = make_client(), make_client()

    def while_the_first_is_open() -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
            absorb(client_id=other.pk, **told(1, backwards=True), now=NOON)

    with transaction.atomic():
        absorb(client_id=one.pk, **told(1, backwards=False), now=NOON)
        at_once(while_the_first_is_open)
        assert Order.objects.filter(client=other).count() == MANY
