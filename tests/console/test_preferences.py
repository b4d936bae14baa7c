import pytest
from django.test import Client

from apps.staff.models import Person, Theme


def test_refuses_a_language_that_it_does_not_speak(browser: Client, reviewer: Person) -> None:
    assert browser.post("/language/", {"language": "tlh"}).status_code == 400
    reviewer.refresh_from_db()
    assert reviewer.language == ""


def test_refuses_a_theme_that_there_is_not(browser: Client, reviewer: Person) -> None:
    assert browser.post("/theme/", {"theme": "plaid"}).status_code == 400
    reviewer.refresh_from_db()
    assert reviewer.theme == Theme.AUTO


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_goes_back_to_no_other_host(browser: Client, address: str) -> None:
    assert browser.post("/language/", {"language": "en", "next": address})["Location"] == "/queue/"


def test_changes_nothing_by_get(browser: Client) -> None:
    assert browser.get("/language/").status_code == 405
    assert browser.get("/theme/").status_code == 405


def test_keeps_the_language_for_the_person(browser: Client, reviewer: Person) -> None:
    answer = browser.post("/language/", {"language": "zh-hans", "next": "/holds/?cursor=x"})
    assert answer["Location"] == "/holds/?cursor=x"
    reviewer.refresh_from_db()
    assert reviewer.language == "zh-hans"


def test_keeps_a_strangers_language_in_the_browser(db: None) -> None:
    stranger = Client()
    stranger.post("/language/", {"language": "zh-hans", "next": "/sign-in/"})
    assert '<html lang="zh-Hans"' in stranger.get("/sign-in/").content.decode()


def test_keeps_the_theme_for_the_person(browser: Client, reviewer: Person) -> None:
    browser.post("/theme/", {"theme": "dark"})
    reviewer.refresh_from_db()
    assert reviewer.theme == Theme.DARK
    assert 'data-theme="dark"' in browser.get("/queue/").content.decode()
