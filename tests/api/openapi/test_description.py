"""The document as it is served, and that nothing of the code is missing from it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.views import APIView

from apps.api import urls
from apps.api.openapi.generator import description_in
from apps.api.openapi.operations import DECLARED, OperationUndeclared, operation_of
from tests.api.openapi.descriptions import operations, resolved, served

ADDRESS = "/api/v1/openapi.json"


def _handled() -> Iterator[tuple[type[APIView], str]]:
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        view: type[APIView] = pattern.callback.view_class  # type: ignore[attr-defined]  # of every as_view()
        for method in ("get", "post", "put", "patch", "delete"):
            if hasattr(view, method):
                yield view, method.upper()


def test_refuses_a_language_that_it_does_not_speak() -> None:
    refused = Client().get(ADDRESS, {"lang": "fr"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["parameter"] == "lang"


def test_refuses_to_guess_what_nobody_declared() -> None:
    class Undeclared(APIView):
        pass

    with pytest.raises(OperationUndeclared, match="Undeclared GET"):
        operation_of(Undeclared, "GET")


def test_declares_every_method_of_every_view() -> None:
    assert sorted(f"{view.__name__} {method}" for view, method in _handled()) == sorted(
        f"{view.__name__} {method}" for view, method in DECLARED
    )


def test_is_served_to_everybody_and_may_be_kept() -> None:
    answered = Client().get(ADDRESS)
    assert answered.status_code == 200
    assert answered["Content-Type"] == "application/json"
    assert answered["Cache-Control"] == "public, max-age=300"
    assert answered.json()["openapi"] == "3.1.0"
    assert answered.json()["servers"] == [{"url": "/api/v1"}]


def test_is_not_sent_again_to_who_has_it() -> None:
    first = Client().get(ADDRESS)
    again = Client().get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


@pytest.mark.parametrize(
    ("query", "header", "title", "language"),
    [
        ({}, "en", "Refund review over REST", "en"),
        ({}, "zh-CN,zh;q=0.9", "通过 REST 进行退款审核", "zh-Hans"),
        ({"lang": "zh-hans"}, "en", "通过 REST 进行退款审核", "zh-Hans"),
        ({"lang": "en"}, "zh-Hans", "Refund review over REST", "en"),
    ],
)
def test_speaks_the_language_that_is_asked_for(query: dict[str, str], header: str, title: str, language: str) -> None:
    answered = Client().get(ADDRESS, query, headers={"Accept-Language": header})
    assert answered.json()["info"]["title"] == title
    assert answered["Content-Language"] == language
    assert "Accept-Language" in answered["Vary"]


def test_differs_between_languages_in_sentences_alone() -> None:
    english, chinese = served("en"), served("zh-hans")
    assert english["paths"].keys() == chinese["paths"].keys()
    assert english["components"]["schemas"].keys() == chinese["components"]["schemas"].keys()
    for path, method, operation in operations():
        other = chinese["paths"][path][method]
        assert other["operationId"] == operation["operationId"]
        assert other["tags"] != operation["tags"], operation["operationId"]
        assert other["summary"] != operation["summary"], operation["operationId"]
        assert other["description"] != operation["description"], operation["operationId"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_is_valid_openapi(language: str) -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(served(language)).iter_errors()] == []


def test_is_generated_without_a_warning() -> None:
    description_in("en")
    assert not GENERATOR_STATS


def test_describes_every_operation_in_full() -> None:
    for path, method, operation in operations():
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["description"], where
        assert operation["security"], where
        assert {"405", "406", "500", "503"} <= operation["responses"].keys(), where
        for status, answer in operation["responses"].items():
            assert resolved(answer)["headers"]["X-Request-Id"], f"{where} {status}"


def test_names_the_scope_of_every_operation_with_a_key() -> None:
    by_id = {operation["operationId"]: operation["security"] for _path, _method, operation in operations()}
    assert by_id["submitRefund"] == [{"apiKey": ["refunds:write"]}]
    assert by_id["listEvents"] == [{"apiKey": ["events:read"]}]
    assert by_id["readDescription"] == [{}]


def test_asks_for_an_idempotency_key_where_the_contract_does() -> None:
    required: set[str] = set()
    optional: set[str] = set()
    for _path, _method, operation in operations():
        for parameter in map(resolved, operation["parameters"]):
            if parameter["name"] == "Idempotency-Key":
                (required if parameter["required"] else optional).add(operation["operationId"])
    assert required >= {"submitRefund", "createWebhookEndpoint"}
    assert optional >= {"withdrawRefund", "answerInformationRequest", "reportPayout", "replayEvents", "redeliver"}


def test_tells_every_webhook_with_its_payload() -> None:
    pushed = served()["webhooks"]
    assert len(pushed) == 12
    body = pushed["refund.released"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/Event"}
    data = served()["components"]["schemas"]["Event"]["properties"]["data"]
    assert resolved(data)["properties"]["refund"] == {"$ref": "#/components/schemas/Refund"}
