"""Worlds repeat themselves, are accepted by the API's records, and are labelled whole."""

import csv
import random
from collections import Counter
from pathlib import Path

import pytest

from apps.common.records import Record
from apps.marketplace.records import AccountRecord, OrderRecord, ShopRecord, TransferRecord
from apps.refunds.records import PastRefundRecord, RefundRecord
from tests.planted.calendar import END, LIVE
from tests.planted.documents import Document, history, labels, live, written
from tests.planted.files import write
from tests.planted.generate import world_of
from tests.planted.seeds import REPORT, TUNING
from tests.planted.things import Technique, World

SIZE = 150
RECORDS: dict[str, type[Record]] = {
    "account": AccountRecord,
    "shop": ShopRecord,
    "order": OrderRecord,
    "transfer": TransferRecord,
}


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(7, SIZE)


def _lines(world: World) -> list[Document]:
    return [*history(world), *(line for _at, line in live(world))]


def _body(line: Document) -> str:
    return written({key: value for key, value in line.items() if key != "type"})


def test_is_the_same_for_the_same_seed_and_another_for_another(world: World) -> None:
    assert _lines(world_of(7, SIZE)) == _lines(world)
    assert _lines(world_of(8, SIZE)) != _lines(world)


def test_does_not_touch_the_chance_of_others() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)

    world_of(7, 40)

    assert random.random() == expected


def test_never_reports_on_seeds_that_may_be_tuned_on() -> None:
    assert set(TUNING).isdisjoint(REPORT)


def test_is_accepted_by_the_records_of_the_api(world: World) -> None:
    for line in history(world):
        RECORDS.get(line["type"], PastRefundRecord).model_validate_json(_body(line))
    for _at, line in live(world):
        RECORDS.get(line["type"], RefundRecord).model_validate_json(_body(line))


def test_tells_everything_in_the_order_in_which_it_happens(world: World) -> None:
    moments = [at for at, _line in live(world)]

    assert moments == sorted(moments)
    assert moments[0] >= LIVE
    assert moments[-1] < END


def test_asks_no_more_back_than_was_paid_and_not_before_it_was(world: World) -> None:
    for ask in world.asks:
        assert ask.purchase.at < ask.at
        assert all(0 < amount <= ask.purchase.lines[place].amount for place, amount in ask.amounts)


def test_labels_each_account_shop_and_refund_once(world: World) -> None:
    labelled = [(what, name) for what, name, *_rest in labels(world)]
    told = Counter(line["type"] for line in _lines(world))

    assert len(set(labelled)) == len(labelled)
    assert Counter(what for what, _name in labelled) == {kind: told[kind] for kind in ("account", "shop", "refund")}


def test_plants_every_technique(world: World) -> None:
    assert {person.label.technique for person in world.people} == {"lawful", *Technique}


def test_gives_ids_that_tell_nothing(world: World) -> None:
    """Neither the order of ids nor that of rows sets planted accounts apart: their middle is everybody's middle."""
    ranks = [place / len(world.people) for place, person in enumerate(world.people) if person.label.is_planted]

    assert 0.4 < sum(ranks) / len(ranks) < 0.6


def test_writes_three_files(world: World, tmp_path: Path) -> None:
    write(world, tmp_path / "world")

    with (tmp_path / "world" / "labels.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(list(labels(world)))
    lines = (tmp_path / "world" / "history.ndjson").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(list(history(world)))
