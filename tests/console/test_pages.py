"""What every page keeps to: the policy for content, both languages, who may come in, no cache."""

import gzip
import re
from datetime import datetime

import pytest
from django.test import Client

from apps.clients.models import ApiClient
from apps.payouts.models import Hold
from apps.staff.models import Person, Role
from apps.staff.services import person_choose_language
from tests.console.conftest import signed_in
from tests.support.factories import Desk, Goods, held_refund, make_order, make_person

PAGES = [
    "/queue/",
    "/queue/?q=nothing",
    "/claims/",
    "/holds/",
    "/audit/",
    "/clients/",
    "/backtests/",
    "/webhooks/",
    "/cases/{case}/",
    "/nowhere/",
]
# What the factories themselves write in English.
FROM_TESTS = {"cooling off", "“cooling off”"}


@pytest.fixture
def office(desk: Desk, platform: ApiClient, now: datetime) -> Client:
    """A supervisor's browser on a console where there is something to see on every page."""
    held_refund(make_order(platform, Goods(64800)), now=now)
    return signed_in(make_person("okafor", Role.SUPERVISOR))


def addresses(desk: Desk) -> list[str]:
    return [address.format(case=desk.case.pk) for address in PAGES]


def test_lets_no_script_or_style_in_but_its_own(office: Client, browser: Client, desk: Desk) -> None:
    for address in addresses(desk):
        for visitor in (office, browser):
            answer = visitor.get(address)
            text = answer.content.decode()
            policy = answer["Content-Security-Policy"]
            assert "script-src 'self'" in policy
            assert "style-src 'self'" in policy
            assert "unsafe" not in policy
            assert not re.search(r"<style|<[^>]+\sstyle=|<[^>]+\son[a-z]+=|javascript:|hx-on", text)
            assert all(" src=" in script for script in re.findall(r"<script[^>]*>", text))
            assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)


def test_is_kept_in_no_cache(office: Client, desk: Desk) -> None:
    for address in addresses(desk)[:-1]:
        assert "no-store" in office.get(address)["Cache-Control"]


@pytest.mark.parametrize("address", [*PAGES[:-1], "/refunds/rfd_1/"])
def test_lets_no_stranger_in(db: None, address: str) -> None:
    answer = Client().get(address.format(case="cas_1"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize(
    "address",
    [
        "/claims/next/",
        "/cases/cas_1/claim/",
        "/cases/cas_1/renew/",
        "/cases/cas_1/give-back/",
        "/cases/cas_1/decide/",
        "/cases/cas_1/notes/",
        "/holds/{hold}/release/",
        "/holds/{hold}/extend/",
        "/holds/{hold}/recall/",
        "/refunds/rfd_1/pay-again/",
        "/theme/",
    ],
)
def test_lets_no_stranger_do_anything(platform: ApiClient, now: datetime, address: str) -> None:
    refund, hold = held_refund(make_order(platform, Goods(64800)), now=now)
    answer = Client().post(address.format(hold=hold.pk), {"reason": "x"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=%2Fqueue%2F")
    refund.refresh_from_db()
    assert refund.status == "held"
    assert Hold.objects.get().status == "open"


def test_takes_no_form_from_another_site(reviewer: Person, desk: Desk) -> None:
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(reviewer)
    answer = guarded.post(f"/cases/{desk.case.pk}/notes/", {"text": "forged"})
    assert answer.status_code == 403
    assert "This form has expired" in answer.content.decode()
    assert desk.refund.notes.count() == 0


def test_sends_pages_compressed_to_browsers_that_say_so(browser: Client, desk: Desk) -> None:
    address = f"/cases/{desk.case.pk}/"
    plain = browser.get(address)
    assert "Content-Encoding" not in plain
    sent = browser.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert sent["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in sent["Vary"]
    assert len(sent.content) < len(plain.content) / 4
    assert f'action="{address}decide/"' in gzip.decompress(sent.content).decode()
    # The same page is never twice of the same length: its size tells nothing of what is in it.
    lengths = {len(browser.get(address, headers={"Accept-Encoding": "gzip"}).content) for _again in range(8)}
    assert len(lengths) > 1


def test_speaks_the_persons_language_whatever_the_browser_says(reviewer: Person, browser: Client) -> None:
    person_choose_language(person=reviewer, language="zh-hans")
    answer = browser.get("/queue/", headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "zh-hans"
    assert '<html lang="zh-Hans"' in answer.content.decode()


def test_follows_the_browser_until_the_person_chose(browser: Client) -> None:
    answer = browser.get("/queue/", headers={"Accept-Language": "zh-Hans"})
    assert '<html lang="zh-Hans"' in answer.content.decode()


def test_names_every_field_and_heading(office: Client, browser: Client, desk: Desk) -> None:
    for address in addresses(desk):
        text = browser.get(address).content.decode()
        labelled = set(re.findall(r'<label[^>]* for="([^"]+)"', text))
        fields = re.findall(r"<(?:input|select|textarea)\b[^>]*>", text)
        for field in fields:
            if 'type="hidden"' in field or 'type="radio"' in field or 'type="checkbox"' in field:
                continue
            (identifier,) = re.findall(r'\bid="([^"]+)"', field)
            assert identifier in labelled, field
        identifiers = re.findall(r'\bid="([^"]+)"', text)
        assert len(identifiers) == len(set(identifiers))
        assert len(re.findall(r"<h1\b", text)) == 1


def test_leaves_no_sentence_of_a_page_in_english(desk: Desk, supervisor: Person, now: datetime) -> None:
    ApiClient.objects.update(language="zh-hans")
    person_choose_language(person=supervisor, language="zh-hans")
    person_choose_language(person=desk.person, language="zh-hans")
    held_refund(make_order(desk.refund.client, Goods(64800)), now=now)
    for address in addresses(desk):
        for person in (supervisor, desk.person):
            text = signed_in(person).get(address).content.decode()
            assert english_in(text) == [], address
    assert english_in(Client(headers={"Accept-Language": "zh-Hans"}).get("/sign-in/").content.decode()) == []


def english_in(text: str) -> list[str]:
    """Return the texts, labels and hints of a Chinese page that hold two English words in a row."""
    visible = re.sub(r"<(script|title)\b.*?</\1>|<[^>]+>", "\n", re.sub(r"<head>.*?</head>", "", text, flags=re.DOTALL))
    hints = re.findall(r'\b(?:aria-label|title|placeholder|data-key-label|data-text)="([^"]*)"', text)
    pieces = [piece.strip() for piece in [*visible.split("\n"), *hints]]
    return [piece for piece in pieces if re.search(r"[a-z]{2,} [a-z]{2,}", piece) and piece not in FROM_TESTS]
