"""Accept."""

import pytest

from apps.api.negotiation import accepts_json


@pytest.mark.parametrize(
    "header",
    [
        "text/html",
        "application/xml, text/*",
        "application/json;q=0",
        "application/json; q=0.0, */*",
        "application/*;q=0, */*;q=1",
        "*/*;q=0",
        "application/json;q=often",
        "application/jsonp",
        ",;=/",
    ],
)
def test_sends_no_json_to_who_does_not_want_it(header: str) -> None:
    assert not accepts_json(header)


@pytest.mark.parametrize(
    "header",
    [
        "",
        " ",
        "*/*",
        "application/json",
        "APPLICATION/JSON; charset=utf-8",
        "application/*;q=0.1",
        "text/html, application/xhtml+xml, */*;q=0.8",
        "text/html;q=0, application/json;v=1;q=0.5",
        "*/*;q=0, application/json",
    ],
)
def test_sends_json_to_who_takes_it(header: str) -> None:
    assert accepts_json(header)
