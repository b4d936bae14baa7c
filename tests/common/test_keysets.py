import base64

import pytest

from apps.common.keysets import CursorUnreadable, decode_cursor, encode_cursor, page_by_id
from apps.refunds.models import Refund
from apps.risk.models import RiskOutcome
from tests.support.factories import Goods, make_client, make_order, submit


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "!!",
        "ää",
        "A" * 5000,
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b'["a","b"]').decode(),
        base64.urlsafe_b64encode(b'["\\u0000"]').decode(),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
        base64.urlsafe_b64encode(b'["\\ud800"]').decode(),
        base64.urlsafe_b64encode(b'["rfd_1", 7]').decode(),
        encode_cursor(["rfd_1"]) + "=",
        "!" + encode_cursor(["rfd_1"]),
        base64.urlsafe_b64encode(b'[ "rfd_1" ]').decode().rstrip("="),
    ],
)
def test_refuses_a_cursor_that_no_list_gave_out(cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        decode_cursor(cursor, [str])


def test_gives_back_what_it_packed() -> None:
    assert decode_cursor(encode_cursor(["rfd_1", 7]), [str, int]) == ["rfd_1", 7]


@pytest.mark.django_db
def test_refuses_the_cursor_of_a_list_of_other_things() -> None:
    with pytest.raises(CursorUnreadable):
        page_by_id(Refund.objects.all(), limit=3, cursor=encode_cursor(["whe_01m82b6mm8dpb6fywswnjrey45"]))


@pytest.mark.django_db
def test_visits_each_row_once_while_rows_are_added() -> None:
    order = make_order(make_client(), Goods(5000))
    there = {submit(order, RiskOutcome.CLEAR, amount=1).pk for _ in range(7)}

    seen: list[str] = []
    cursor = None
    while True:
        page = page_by_id(Refund.objects.all(), limit=3, cursor=cursor)
        seen += [refund.pk for refund in page.rows]
        submit(order, RiskOutcome.CLEAR, amount=1)
        cursor = page.next_cursor
        if cursor is None:
            break

    assert sorted(seen) == sorted(there)
