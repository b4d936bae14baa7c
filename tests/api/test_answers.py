"""Answers that are documents."""

import pytest

from tests.api.callers import Caller, content

pytestmark = pytest.mark.urls("tests.api.addresses")


def test_gives_a_tag_with_a_read_and_spares_who_has_it_the_body(caller: Caller) -> None:
    first = caller.get("/notes")

    second = caller.get("/notes", If_None_Match=first["ETag"])

    assert (second.status_code, second.content, second["ETag"]) == (304, b"", first["ETag"])
    assert "Content-Type" not in second


def test_gives_another_tag_when_the_content_has_changed(caller: Caller) -> None:
    first = caller.get("/notes")
    caller.post("/notes", {"name": "a"})

    second = caller.get("/notes", If_None_Match=first["ETag"])

    assert (second.status_code, content(second)) == (200, {"shops": 1})


def test_answers_head_as_get_without_the_body(caller: Caller) -> None:
    whole, head = caller.get("/notes"), caller.call("HEAD", "/notes")

    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == whole["ETag"]
    assert head["Content-Type"] == "application/json"


def test_tells_the_length_of_what_it_sends(caller: Caller) -> None:
    for response in (caller.get("/notes"), caller.get("/nothing")):
        assert response["Content-Length"] == str(len(response.content)) != "0"
    assert caller.call("HEAD", "/notes")["Content-Length"] == caller.get("/notes")["Content-Length"]
    assert "Content-Length" not in caller.get("/notes", If_None_Match="*")


def test_lets_nothing_be_stored_on_the_way(caller: Caller) -> None:
    assert caller.get("/notes")["Cache-Control"] == "no-store"


def test_writes_chinese_as_utf_8(caller: Caller) -> None:
    response = caller.post("/notes", {"name": "礼品卡"})

    assert "礼品卡".encode() in response.content


def test_asks_pages_alone_for_sessions_and_cookies(caller: Caller) -> None:
    response = caller.get("/notes")

    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert "Content-Security-Policy" not in response
