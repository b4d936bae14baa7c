"""A chunk of lines, read."""

import gc
import json
import weakref
from collections.abc import Iterator

import pytest

from apps.refunds.services.history_chunk import Chunk, chunk_read
from apps.refunds.services.history_lines import Line
from tests.marketplace.builders import order_body


@pytest.fixture
def without_collector() -> Iterator[None]:
    """Leave objects to their reference counts."""
    gc.disable()
    yield
    gc.enable()


def read(*texts: str) -> Chunk:
    """Read lines numbered from 1."""
    return chunk_read([Line(number, text.encode()) for number, text in enumerate(texts, start=1)])


def test_sorts_records_by_kind_and_keeps_the_numbers_of_their_lines() -> None:
    chunk = read(
        '{"type": "shop", "id": "S"}',
        "oops",
        '{"type": "account", "id": "A"}',
        json.dumps({"type": "order", **order_body()}),
        '{"type": "account", "id": "B"}',
    )

    assert (chunk.shops.numbers, chunk.accounts.numbers, chunk.orders.numbers) == ([1], [3, 5], [4])
    assert [account.id for account in chunk.accounts.records] == ["A", "B"]
    assert [number for number, _refused in chunk.refused] == [2]


@pytest.mark.usefixtures("without_collector")
def test_goes_when_nobody_refers_to_it_whatever_was_wrong_with_its_lines() -> None:
    chunk = read('{"type": "account", "id": "A"}', "oops", '{"type": "account"}', '{"type": "shop", "id": 1, "id": 2}')
    gone = weakref.ref(chunk)

    del chunk

    assert gone() is None
