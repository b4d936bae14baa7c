"""What the customer sent, on the case's page, and the files one at a time."""

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.translation import override
from pytest_django.fixtures import Settings

from apps.attachments.content import checked_files
from apps.attachments.limits import limits
from apps.attachments.models import Attachment
from apps.attachments.records import AttachmentRecord
from apps.attachments.services.keep import KeptFile, attachment_storage, files_keep
from apps.audit.models import Action, AuditEvent
from apps.clients.models import ApiClient
from apps.refunds.models import Refund
from apps.reviews.models import InformationItem, ReviewCase
from apps.reviews.services.appeal import refund_appeal
from apps.reviews.services.information import case_request_information, information_receive
from apps.staff.models import Person
from tests.attachments.files import PDF, TEXT, attachment, heic, png
from tests.console.conftest import HTMX, signed_in
from tests.support.factories import DENIAL, Desk, client_actor, make_person, open_desk
from tests.support.snapshots import everything_that_moves


def kept(content: bytes, media_type: str, name: str) -> list[KeptFile]:
    record = AttachmentRecord.model_validate(attachment(content, media_type, name))
    return files_keep(checked_files([record], limits(), pointer="/attachments"))


@pytest.fixture
def appealed(desk: Desk, now: datetime) -> Refund:
    """The reviewer denied it, and the customer appeals with a picture, a text, a document and a photo of a phone."""
    desk.decide(DENIAL, now=now)
    files = [
        *kept(png(), "image/png", "pass & port.png"),
        *kept(TEXT, "text/plain", "words.txt"),
        *kept(PDF, "application/pdf", "bill.pdf"),
        *kept(heic(), "image/heic", "身份证.heic"),
    ]
    return refund_appeal(
        desk.refund.pk,
        client_id=desk.refund.client_id,
        text="I never <b>used</b> it.",
        actor=client_actor(desk.refund.client),
        now=now,
        files=files,
    )


def case_of(refund: Refund) -> ReviewCase:
    return ReviewCase.objects.get(refund=refund, closed_at__isnull=True)


def address_of(found: Attachment) -> str:
    return f"/refunds/{found.refund_id}/attachments/{found.pk}/"


def opened() -> int:
    return AuditEvent.objects.filter(action=Action.ATTACHMENT_OPENED).count()


def test_sends_a_stranger_to_the_door(appealed: Refund) -> None:
    answer = Client().get(address_of(Attachment.objects.get(position=0)))

    assert (answer.status_code, answer["Location"].startswith("/sign-in/")) == (302, True)
    assert opened() == 0


def test_has_no_file_under_another_refund_or_name(browser: Client, appealed: Refund) -> None:
    found = Attachment.objects.get(position=0)

    assert browser.get(f"/refunds/rfd_none/attachments/{found.pk}/").status_code == 404
    assert browser.get(f"/refunds/{appealed.pk}/attachments/att_none/").status_code == 404
    assert opened() == 0


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_only_gives_files_out(browser: Client, appealed: Refund, method: str) -> None:
    assert getattr(browser, method)(address_of(Attachment.objects.get(position=0))).status_code == 405
    assert opened() == 0


def test_says_when_a_file_cannot_be_read(browser: Client, appealed: Refund) -> None:
    found = Attachment.objects.get(position=0)
    attachment_storage().delete(found.stored_as)

    answer = browser.get(address_of(found))

    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert opened() == 0


@pytest.mark.parametrize(
    ("position", "query", "content", "media_type", "disposition"),
    [
        (0, "", png(), "image/png", 'inline; filename="pass & port.png"'),
        (0, "?download", png(), "image/png", 'attachment; filename="pass & port.png"'),
        (1, "", TEXT, "text/plain; charset=utf-8", 'inline; filename="words.txt"'),
        (2, "", PDF, "application/pdf", 'attachment; filename="bill.pdf"'),
        (3, "", heic(), "image/heic", "attachment; filename*=utf-8''%E8%BA%AB%E4%BB%BD%E8%AF%81.heic"),
    ],
)
def test_gives_a_file_out_so_that_nothing_in_it_can_run(  # noqa: PLR0917  # what is parametrised comes by name
    browser: Client,
    appealed: Refund,
    position: int,
    query: str,
    content: bytes,
    media_type: str,
    disposition: str,
) -> None:
    answer = browser.get(address_of(Attachment.objects.get(position=position)) + query)

    assert (answer.status_code, answer.content) == (200, content)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition")} == {
        "Content-Type": media_type,
        "Content-Disposition": disposition,
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert {"private", "no-store"} <= {each.strip() for each in answer["Cache-Control"].split(",")}


def test_records_who_saw_what(browser: Client, reviewer: Person, supervisor: Person, appealed: Refund) -> None:
    found = Attachment.objects.get(position=0)

    browser.get(f"/cases/{case_of(appealed).pk}/")
    assert opened() == 0
    browser.get(address_of(found))
    signed_in(supervisor).get(address_of(found))

    events = list(AuditEvent.objects.filter(action=Action.ATTACHMENT_OPENED).order_by("pk"))
    assert [(event.person, event.refund_id, event.changes) for event in events] == [
        (reviewer, appealed.pk, {"attachment": found.pk}),
        (supervisor, appealed.pk, {"attachment": found.pk}),
    ]
    log = signed_in(supervisor).get("/audit/", {"action": "attachment.opened"}).content.decode()
    assert log.count("Attachment opened</td>") == 2
    assert found.pk in log


def test_tells_the_person_who_denied_it_why_it_is_for_others(browser: Client, appealed: Refund) -> None:
    case = case_of(appealed)
    before = everything_that_moves()

    page = browser.get(f"/cases/{case.pk}/").content.decode()
    assert "You denied this refund, so somebody else decides on the appeal." in page
    assert f"/cases/{case.pk}/claim/" not in page
    assert "For others" in browser.get("/queue/").content.decode()
    refused = browser.post(f"/cases/{case.pk}/claim/", headers=HTMX)
    assert (refused.status_code, "somebody else looks at this case" in refused.content.decode()) == (403, True)
    assert everything_that_moves() == before

    other = signed_in(make_person()).get(f"/cases/{case.pk}/").content.decode()
    assert f"/cases/{case.pk}/claim/" in other


def test_shows_an_appeal_with_the_first_decision_and_each_file(appealed: Refund, reviewer: Person) -> None:
    answer = signed_in(make_person()).get(f"/cases/{case_of(appealed).pk}/")

    (sent,) = answer.context["page"].statements
    assert (sent.state.word, sent.text, sent.first_decision.by) == ("Appeal", "I never <b>used</b> it.", str(reviewer))
    assert (sent.first_decision.state.word, sent.first_decision.reason) == ("Deny", "Goods were consumed")
    assert [(file.name, file.kind, file.is_drawn, file.is_shown) for file in sent.files] == [
        ("pass & port.png", "PNG image", True, True),
        ("words.txt", "Text", False, True),
        ("bill.pdf", "PDF document", False, False),
        ("身份证.heic", "HEIC image", False, False),
    ]
    page = answer.content.decode()
    assert "I never &lt;b&gt;used&lt;/b&gt; it." in page
    assert "pass &amp; port.png" in page
    assert page.count("<img") == 1
    assert 'loading="lazy"' in page


@pytest.mark.parametrize(("language", "badge"), [("en", "Appeal"), ("zh-hans", "申诉")])
def test_marks_an_appeal_in_the_queue_and_on_its_page(appealed: Refund, language: str, badge: str) -> None:
    person = make_person()
    person.language = language
    person.save()
    browser = signed_in(person)

    with override(language):
        queue, page = (browser.get(path).content.decode() for path in ("/queue/", f"/cases/{case_of(appealed).pk}/"))

    assert f"</svg>{badge}</b>" in queue
    assert f"</svg>{badge}</span>" in page


def test_shows_an_answer_beside_what_was_asked(desk: Desk, browser: Client, now: datetime) -> None:
    case_request_information(
        desk.case.pk,
        items=[InformationItem.ID_DOCUMENT],
        message="Please send it.",
        due=now + timedelta(days=1),
        person=desk.person,
        token=desk.claim.token,
        actor=desk.actor,
        now=now,
    )
    information_receive(
        desk.refund.pk,
        client_id=desk.refund.client_id,
        text="Here it is.",
        verification=None,
        actor=client_actor(desk.refund.client),
        now=now,
        files=kept(png(), "image/png", "card.png"),
    )

    page = browser.get(f"/cases/{desk.case.pk}/").context["page"]

    (sent,) = page.statements
    assert (sent.state.word, sent.about, sent.text) == ("Answer", "Identity document", "Here it is.")
    assert ([file.name for file in sent.files], sent.first_decision) == (["card.png"], None)
    assert [(done.state.word, done.message) for done in page.past] == [("Answered", "Please send it.")]


def test_says_nothing_of_what_nobody_sent(browser: Client, desk: Desk) -> None:
    assert "What the customer sent" not in browser.get(f"/cases/{desk.case.pk}/").content.decode()


def test_asks_the_database_once_for_all_files(
    appealed: Refund, platform: ApiClient, now: datetime, django_assert_num_queries: object
) -> None:
    desk = open_desk(appealed, now=now)
    browser = signed_in(desk.person)
    browser.get(f"/cases/{desk.case.pk}/")  # the session keeps the form token from now on
    with django_assert_num_queries(28):  # type: ignore[operator]  # pytest-django does not export the type
        browser.get(f"/cases/{desk.case.pk}/")


def note_with(browser: Client, desk: Desk, *files: SimpleUploadedFile, text: str = "Their bank wrote.") -> str:
    data = {"text": text, "files": list(files)}
    return browser.post(f"/cases/{desk.case.pk}/notes/", data, follow=True, headers=HTMX).content.decode()


def test_keeps_the_files_of_a_note_with_it(browser: Client, desk: Desk) -> None:
    files = SimpleUploadedFile("letter.pdf", PDF, "application/pdf"), SimpleUploadedFile("a.png", png(), "image/png")
    shown = note_with(browser, desk, *files)
    first, second = Attachment.objects.order_by("position")
    assert (first.source, first.name, first.size, second.name) == ("note", "letter.pdf", len(PDF), "a.png")
    assert address_of(first) in shown
    assert browser.get(address_of(first)).content == PDF
    assert AuditEvent.objects.get(action=Action.NOTE_ADDED).changes == {"attachments": 2}
    # What colleagues keep is no part of what the customer sent.
    assert "What the customer sent" not in browser.get(f"/cases/{desk.case.pk}/").content.decode()


@pytest.mark.parametrize(
    ("content", "media_type", "said"),
    [
        (b"<html><script>alert(1)</script>", "image/png", "The content is not image/png."),
        (b"<html><script>alert(1)</script>", "text/html", "Must be one of"),
        (b"", "text/plain", "has no content"),
    ],
)
def test_turns_down_a_file_of_a_note_by_its_content(
    browser: Client, desk: Desk, content: bytes, media_type: str, said: str
) -> None:
    before = everything_that_moves()
    shown = note_with(browser, desk, SimpleUploadedFile("x.png", content, media_type), text="Look at this.")
    assert said in shown
    assert "Look at this." in shown
    assert everything_that_moves() == before


def test_turns_down_a_form_that_is_longer_than_files_may_be(browser: Client, desk: Desk, settings: Settings) -> None:
    settings.ATTACHMENT_REQUEST_BYTES = 1000
    data = {"text": "Long", "files": SimpleUploadedFile("a.txt", b"a" * 300_000, "text/plain")}
    assert browser.post(f"/cases/{desk.case.pk}/notes/", data).status_code == 400
    assert not Attachment.objects.exists()


def test_gives_colleagues_and_customers_room_of_their_own(
    browser: Client, desk: Desk, settings: Settings, now: datetime
) -> None:
    settings.ATTACHMENT_REFUND_FILES = 1
    note_with(browser, desk, SimpleUploadedFile("a.txt", TEXT, "text/plain"))
    shown = note_with(browser, desk, SimpleUploadedFile("b.txt", TEXT, "text/plain"))
    assert "One refund may have at most 1 attachments" in shown
    desk.decide(DENIAL, now=now)
    refund_appeal(
        desk.refund.pk,
        client_id=desk.refund.client_id,
        text="No.",
        actor=client_actor(desk.refund.client),
        now=now,
        files=kept(TEXT, "text/plain", "words.txt"),
    )
    assert Attachment.objects.count() == 2
