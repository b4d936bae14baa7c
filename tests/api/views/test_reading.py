"""The pages for people who write clients."""

import json

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from apps.api.problem_types import CATALOGUE
from apps.api.static_files import NAMES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["no_such_problem", "NOT_FOUND", "case_not_open"])
def test_knows_no_page_of_a_problem_that_does_not_exist(code: str) -> None:
    assert Client().get(f"/api/problems/{code}").status_code == 404


def test_takes_no_post() -> None:
    assert Client().post("/api/docs/").status_code == 405


@pytest.mark.parametrize("address", ["/api/docs/", "/api/problems/", "/api/problems/order_unknown"])
def test_keeps_to_the_content_policy_of_the_pages(address: str) -> None:
    answered = Client().get(address)
    assert answered.status_code == 200
    policy = answered["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    text = answered.content.decode()
    assert "<style" not in text
    assert "style=" not in text
    assert text.count("<script") == text.count("<script src=")
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_explains_every_problem_where_its_type_leads(code: str) -> None:
    for language in ("en", "zh-hans"):
        answered = Client().get(f"/api/problems/{code}", headers={"Accept-Language": language})
        assert answered.status_code == 200
        problem, example = answered.context["problem"], json.loads(answered.context["example"])
        assert example["code"] == code
        assert example["status"] == problem["status"]
        assert example["title"] in answered.content.decode()
        assert str(problem["meaning"]) != str(problem["remedy"])


def test_speaks_the_reader_s_language() -> None:
    english = Client().get("/api/problems/order_unknown", headers={"Accept-Language": "en"}).content.decode()
    chinese = Client().get("/api/problems/order_unknown", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "Unknown order" in english
    assert "未知订单" in chinese
    assert "How to mend it" in english
    assert "如何改正" in chinese


def test_lists_every_problem() -> None:
    text = Client().get("/api/problems/").content.decode()
    assert [code for code in CATALOGUE if f"/api/problems/{code}" not in text] == []


def test_reads_the_description_in_the_language_of_the_page() -> None:
    text = Client().get("/api/docs/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert 'data-description="/api/v1/openapi.json?lang=zh-hans"' in text


def test_an_address_without_its_slash_leads_to_the_page() -> None:
    answered = Client().get("/api/docs")
    assert (answered.status_code, answered["Location"]) == (301, "/api/docs/")


def test_finds_the_files_of_swagger_ui_and_no_others() -> None:
    assert all(finders.find(f"swagger-ui/{name}") for name in NAMES)
    assert finders.find("swagger-ui/oauth2-redirect.html") is None
    assert finders.find("swagger-ui/../LICENSE") is None
