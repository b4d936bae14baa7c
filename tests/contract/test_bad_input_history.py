"""Lines of a history that cannot be: skipped, counted and named, and the others go in."""

import json

import pytest
from django.http import HttpResponse

from tests.api.callers import Caller, content
from tests.api.refund_bodies import ago
from tests.contract.flaws import UNREADABLE, WRONG
from tests.support.tables import every_row

pytestmark = pytest.mark.django_db

SHOP = {"type": "shop", "id": "S-1", "name": "星海点卡", "registered_at": ago(days=900)}
# A line of nothing but white space is no line; what is broken by a line's end is broken into two.
NO_LINE = {"white space"}


def _sent(caller: Caller, body: bytes, **headers: str) -> HttpResponse:
    return caller.call("POST", "/history", body, **{"content_type": "application/x-ndjson", **headers})


@pytest.mark.parametrize("name", [name for name in UNREADABLE | WRONG if name not in NO_LINE])
def test_names_a_line_that_cannot_be_and_takes_the_others(caller: Caller, name: str) -> None:
    flaw = (UNREADABLE | WRONG)[name]
    first, last = (json.dumps(SHOP | {"id": identifier}).encode() for identifier in ("S-first", "S-last"))
    assert content(_sent(caller, first + b"\n" + last))["accepted"] == 2
    before = every_row()

    document = content(_sent(caller, b"\n".join([first, flaw.spoil(dict(SHOP)), last])))

    assert (document["accepted"], document["unchanged"], document["rejected"]) == (0, 2, 1)
    (rejection,) = document["rejections"]
    assert rejection["line"] == 2
    assert rejection["problem"]["status"] in (400, 422)
    assert rejection["problem"]["errors"][0]["detail"]
    assert every_row() == before


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"content_type": "application/json"}, "unsupported_media_type"),
        ({"content_type": ""}, "unsupported_media_type"),
        ({"content_type": "application/x-ndjson; charset=gbk"}, "unsupported_media_type"),
        ({"Content_Encoding": "gzip"}, "unsupported_content_encoding"),
    ],
)
def test_refuses_a_stream_that_it_cannot_read(caller: Caller, headers: dict[str, str], code: str) -> None:
    before = every_row()

    response = _sent(caller, json.dumps(SHOP).encode(), **headers)

    assert (response.status_code, content(response)["code"]) == (415, code)
    assert every_row() == before
