"""Problem documents, whoever refuses."""

import logging

import pytest

from apps.marketplace.models import Shop
from tests.api.callers import Caller, content, make_caller, problem

pytestmark = pytest.mark.urls("tests.api.addresses")


def test_writes_a_refusal_as_rfc_9457_words_it(caller: Caller) -> None:
    response = caller.get("/breaking?with=conflict", X_Request_Id="request-0001")

    assert response.status_code == 409
    assert content(response) == {
        "type": "/api/problems/conflict",
        "title": "Conflict",
        "status": 409,
        "detail": "The present state does not allow this.",
        "instance": "/api/v1/breaking",
        "request_id": "request-0001",
        "code": "conflict",
    }
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("conflict", 409, "conflict"),
        ("invalid", 422, "invalid"),
        ("not-permitted", 403, "not_permitted"),
        ("several", 422, "invalid"),
        ("stale", 412, "version_stale"),
        ("busy", 409, "refund_busy"),
    ],
)
def test_gives_each_kind_of_refusal_its_status(caller: Caller, fault: str, status: int, code: str) -> None:
    problem(caller.get(f"/breaking?with={fault}"), status, code)


def test_points_at_what_is_wrong(caller: Caller) -> None:
    one = problem(caller.get("/breaking?with=invalid"), 422, "invalid")
    several = problem(caller.get("/breaking?with=several"), 422, "invalid")

    sentence = "The request cannot be carried out as it stands."
    assert one["errors"] == [{"pointer": "/a/0", "code": "invalid", "detail": sentence}]
    assert [error["pointer"] for error in several["errors"]] == ["/a", "/b"]


def test_adds_the_facts_of_a_refusal(caller: Caller) -> None:
    assert problem(caller.get("/breaking?with=stale"), 412, "version_stale")["version"] == 7


@pytest.mark.parametrize("fault", ["busy", "under-way"])
def test_says_when_to_try_again_after_what_passes_in_a_moment(caller: Caller, fault: str) -> None:
    assert caller.get(f"/breaking?with={fault}")["Retry-After"] == "1"


def test_tells_every_wrong_field_of_a_body(caller: Caller) -> None:
    document = problem(caller.post("/notes", {"title": "x"}), 422, "content_invalid")

    assert document["detail"] == "2 fields are wrong."
    assert document["errors"] == [
        {"pointer": "/name", "code": "required", "detail": "This field is required."},
        {"pointer": "/title", "code": "unknown_field", "detail": "There is no such field."},
    ]
    assert Shop.objects.count() == 0


def test_tells_no_more_than_a_hundred_wrong_fields(caller: Caller) -> None:
    document = problem(caller.post("/notes", {f"field{number}": 1 for number in range(500)}), 422, "content_invalid")

    assert document["detail"] == "501 fields are wrong."
    assert len(document["errors"]) == 100


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        (b"{", "malformed", ""),
        (b'{"name": "a", "name": "b"}', "duplicate_member", "/name"),
        (b'{"name": 1e400}', "number_out_of_range", "/name"),
        (b'{"name": "\\u0000"}', "text", "/name"),
        (b"[" * 100, "malformed", ""),
        (b'{"name": ' + b"[" * 100 + b"]" * 100 + b"}", "nested_too_deep", "/name" + "/0" * 31),
    ],
)
def test_refuses_malformed_json_with_a_pointer(caller: Caller, body: bytes, code: str, pointer: str) -> None:
    document = problem(caller.post("/notes", body), 400, code)

    assert [error["pointer"] for error in document["errors"]] == [pointer]
    assert Shop.objects.count() == 0


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"text"'])
def test_refuses_json_that_is_no_object(caller: Caller, body: bytes) -> None:
    document = problem(caller.post("/notes", body), 422, "content_invalid")

    assert document["errors"] == [{"pointer": "", "code": "object_expected", "detail": "Must be an object."}]


def test_answers_an_unknown_address(caller: Caller) -> None:
    problem(caller.get("/nothing/孩子"), 404, "address_unknown")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/refunds"])
def test_answers_what_is_no_address_of_a_page_either(caller: Caller, path: str) -> None:
    assert caller.http.get(path)["Content-Type"] == "application/problem+json"


def test_answers_an_unknown_method_and_names_the_known_ones(caller: Caller) -> None:
    response = caller.call("DELETE", "/notes")

    document = problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert document["detail"] == "DELETE is not possible here, only: GET, POST, HEAD, OPTIONS."


def test_tells_the_methods_when_asked(caller: Caller) -> None:
    response = caller.call("OPTIONS", "/notes")

    assert (response.status_code, response["Allow"], response.content) == (204, "GET, POST, HEAD, OPTIONS", b"")
    assert "Content-Type" not in response


def test_answers_a_caller_that_accepts_no_json(caller: Caller) -> None:
    problem(caller.get("/notes", Accept="application/xml"), 406, "not_acceptable")


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/xml"])
def test_answers_another_media_type(caller: Caller, content_type: str) -> None:
    response = caller.call("PUT", "/breaking", b"name=a", content_type=content_type)

    assert problem(response, 415, "unsupported_media_type")["detail"] == "Send application/json in UTF-8."


def test_answers_another_charset(caller: Caller) -> None:
    body = '{"name": "孩子"}'.encode("gbk")

    response = caller.call("PUT", "/breaking", body, content_type="application/json; charset=gbk")

    problem(response, 415, "unsupported_media_type")


def test_answers_a_compressed_body(caller: Caller) -> None:
    response = caller.call("PUT", "/breaking", b"\x1f\x8b\x08", Content_Encoding="gzip")

    problem(response, 415, "unsupported_content_encoding")
    assert response["Accept-Encoding"] == "identity"


def test_answers_a_body_of_ten_megabytes_without_reading_it(caller: Caller) -> None:
    document = problem(caller.post("/notes", b" " * 10_000_000), 413, "body_too_large")

    assert document["limit"] == 5 * 1024 * 1024
    assert Shop.objects.count() == 0


def test_answers_a_fault_without_a_word_of_the_code_and_logs_it(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = caller.get("/breaking?with=fault", X_Request_Id="request-0500")

    problem(response, 500, "unexpected")
    assert b"secret" not in response.content
    assert b"Traceback" not in response.content
    assert "request-0500" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_asks_to_try_again_when_the_database_gives_way(caller: Caller) -> None:
    response = caller.get("/breaking?with=database")

    problem(response, 503, "temporarily_unavailable")
    assert response["Retry-After"] == "1"


def test_answers_a_host_that_is_not_served(caller: Caller) -> None:
    problem(caller.get("/notes", Host="evil.example"), 400, "host_unknown")


def test_answers_a_query_string_of_thousands_of_parameters(caller: Caller) -> None:
    problem(caller.get("/breaking?" + "&".join(f"p{number}=1" for number in range(2000))), 400, "request_unreadable")


def test_asks_for_a_key(caller: Caller) -> None:
    response = caller.get("/notes", Authorization="")

    problem(response, 401, "credentials_missing")
    assert response["WWW-Authenticate"] == 'Bearer realm="refund-review"'


@pytest.mark.parametrize("authorization", ["Basic YTpi", "Bearer", "Bearer ", "rck_0123456789ab_secret"])
def test_takes_nothing_but_a_bearer_key(caller: Caller, authorization: str) -> None:
    problem(caller.get("/notes", Authorization=authorization), 401, "credentials_missing")


@pytest.mark.parametrize("key", ["rck_0123456789ab_secret", "rck_", "whsec_x", "钥匙", "rck_0123456789ab_\x00"])
def test_refuses_a_key_that_does_not_exist(caller: Caller, key: str) -> None:
    response = caller.get("/notes", Authorization=f"Bearer {key}")

    problem(response, 401, "credentials_invalid")
    assert response["WWW-Authenticate"] == 'Bearer realm="refund-review", error="invalid_token"'


def test_refuses_a_key_without_the_scope_and_names_it(caller: Caller) -> None:
    reader = make_caller("refunds:read")

    response = reader.post("/notes", {"name": "a"})

    assert problem(response, 403, "scope_missing")["scope"] == "refunds:write"
    assert reader.get("/notes").status_code == 200
    assert Shop.objects.count() == 0


def test_speaks_chinese_to_who_asks_for_it(caller: Caller) -> None:
    response = caller.post("/notes", {"title": "x"}, Accept_Language="zh-Hans")

    document = problem(response, 422, "content_invalid")
    assert response["Content-Language"] == "zh-Hans"
    assert document["title"] == "内容不正确"
    assert document["detail"] == "有 2 个字段不正确。"
