"""POST /refunds/{id}/appeal, and what it and /information share: files."""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.db import DatabaseError
from pytest_django.fixtures import Settings

from apps.attachments.models import Attachment
from apps.attachments.services import keep
from apps.attachments.storage import DurableFileSystemStorage
from apps.refunds.models import Refund
from apps.reviews.models import Appeal, InformationRequest, ReviewCase
from apps.risk.models import RiskOutcome
from tests.api.asking import asked_refund
from tests.api.callers import Caller, content, make_caller, problem
from tests.api.standing import standing
from tests.attachments.files import PDF, TEXT, attachment, jpeg, png
from tests.attachments.storing import store_in
from tests.attachments.test_keep import files_in
from tests.support.factories import DENIAL, Goods, make_order, open_desk, submit

PHOTO = attachment(jpeg(), "image/jpeg", "身份证.jpg")


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    return store_in(settings, tmp_path / "attachments")


@pytest.fixture(autouse=True)
def _no_time_has_passed(settings: Settings) -> None:
    # The denial lies at the factories' noon, the request at the clock's time.
    settings.APPEAL_DAYS = 36500


def denied(caller: Caller) -> Refund:
    refund = submit(make_order(caller.client, Goods(1000)), RiskOutcome.REVIEW)
    open_desk(refund).decide(DENIAL)
    return refund


@dataclass(frozen=True)
class Way:
    """How a refund gets to where files may come with it, and what they come with."""

    make: Callable[[Caller], Refund]
    move: str
    body: dict[str, Any]


WAYS = pytest.mark.parametrize(
    "way",
    [
        Way(denied, "appeal", {"text": "I never used it."}),
        Way(asked_refund, "information", {"text": "Here it is."}),
    ],
    ids=["appeal", "information"],
)


def counted() -> tuple[object, int, int]:
    return standing(), Attachment.objects.count(), Appeal.objects.count()


@WAYS
def test_moves_no_refund_of_another_client(caller: Caller, stranger: Caller, folder: Path, way: Way) -> None:
    refund = way.make(stranger)
    before = counted()

    problem(caller.post(f"/refunds/{refund.pk}/{way.move}", way.body | {"attachments": [PHOTO]}), 404, "refund_unknown")

    assert (counted(), files_in(folder)) == (before, [])


@WAYS
def test_moves_nothing_for_a_key_that_may_only_read(caller: Caller, folder: Path, way: Way) -> None:
    reader = make_caller("refunds:read", name=caller.client.name)
    refund = way.make(caller)
    before = counted()

    problem(reader.post(f"/refunds/{refund.pk}/{way.move}", way.body | {"attachments": [PHOTO]}), 403, "scope_missing")

    assert (counted(), files_in(folder)) == (before, [])


@WAYS
def test_points_at_every_field_that_is_wrong(caller: Caller, folder: Path, way: Way) -> None:
    refund = way.make(caller)
    before = counted()
    broken = [{"name": "", "media_type": 1, "content_base64": "", "path": "/etc"}, {"name": "b"}]

    document = problem(
        caller.post(f"/refunds/{refund.pk}/{way.move}", way.body | {"attachments": broken}), 422, "content_invalid"
    )

    assert {(error["pointer"], error["code"]) for error in document["errors"]} == {
        ("/attachments/0/name", "too_short"),
        ("/attachments/0/media_type", "string_expected"),
        ("/attachments/0/path", "unknown_field"),
        ("/attachments/1/media_type", "required"),
        ("/attachments/1/content_base64", "required"),
    }
    assert (counted(), files_in(folder)) == (before, [])


@pytest.mark.parametrize(("body", "pointer", "code"), [({}, "/text", "required"), ({"text": ""}, "/text", "too_short")])
def test_refuses_an_appeal_without_words(caller: Caller, body: dict[str, Any], pointer: str, code: str) -> None:
    refund = denied(caller)
    before = counted()

    document = problem(caller.post(f"/refunds/{refund.pk}/appeal", body), 422, "content_invalid")

    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [(pointer, code)]
    problem(caller.post(f"/refunds/{refund.pk}/appeal", {"text": "  "}), 422, "appeal_text_missing")
    assert counted() == before


@WAYS
@pytest.mark.parametrize(
    "wrong",
    [
        (attachment(png(), "image/svg+xml"), "/attachments/1/media_type", "attachment_type_unknown"),
        (attachment(png(), "image/jpeg"), "/attachments/1/content_base64", "attachment_type_differs"),
        (attachment(png(60_000, 60_000), "image/png"), "/attachments/1/content_base64", "attachment_pixels_too_many"),
        (attachment(b"", "text/plain"), "/attachments/1/content_base64", "attachment_empty"),
        (PHOTO | {"content_base64": "?"}, "/attachments/1/content_base64", "attachment_not_base64"),
    ],
)
def test_refuses_a_file_for_what_it_is_and_stores_none_of_them(
    caller: Caller, folder: Path, way: Way, wrong: tuple[Any, str, str]
) -> None:
    sent, pointer, code = wrong
    refund = way.make(caller)
    before = counted()

    response = caller.post(f"/refunds/{refund.pk}/{way.move}", way.body | {"attachments": [PHOTO, sent]})

    assert [(error["pointer"], error["code"]) for error in problem(response, 422, code)["errors"]] == [(pointer, code)]
    assert (counted(), files_in(folder)) == (before, [])


def test_writes_no_file_for_an_appeal_that_is_refused_anyway(caller: Caller, folder: Path, settings: Settings) -> None:
    open_refund = submit(make_order(caller.client, Goods(1000)), RiskOutcome.REVIEW)
    late, stale, used = denied(caller), denied(caller), denied(caller)
    body = {"text": "Please.", "attachments": [PHOTO]}
    before = counted()

    document = problem(caller.post(f"/refunds/{open_refund.pk}/appeal", body), 409, "illegal_transition")
    assert (document["current_status"], document["requested_status"]) == ("pending_review", "pending_review")
    problem(caller.post(f"/refunds/{stale.pk}/appeal", body, If_Match='"1"'), 412, "version_stale")
    problem(caller.post(f"/refunds/{used.pk}/appeal", body, Idempotency_Key='"'), 400, "idempotency_key_malformed")
    settings.APPEALS_PER_REFUND = 0
    assert problem(caller.post(f"/refunds/{used.pk}/appeal", body), 409, "appeals_used_up")["limit"] == 0
    settings.APPEALS_PER_REFUND, settings.APPEAL_DAYS = 1, -36500
    problem(caller.post(f"/refunds/{late.pk}/appeal", body), 409, "appeal_too_late")

    assert (counted(), files_in(folder)) == (before, [])


@WAYS
@pytest.mark.parametrize("fault", [(errno.ENOSPC, 507, "storage_full"), (errno.EIO, 503, "storage_unavailable")])
def test_moves_nothing_when_the_storage_fails_and_succeeds_on_the_same_key_later(
    caller: Caller,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: Way,
    fault: tuple[int, int, str],
) -> None:
    number, status, code = fault

    def fails(*_given: Any) -> NoReturn:
        raise OSError(number, "no")

    refund = way.make(caller)
    before = counted()
    sent = way.body | {"attachments": [PHOTO]}

    with monkeypatch.context() as broken:
        broken.setattr(DurableFileSystemStorage, "_save", fails)
        response = caller.post(f"/refunds/{refund.pk}/{way.move}", sent, Idempotency_Key='"k"')

    problem(response, status, code)
    assert ("Retry-After" in response) is (status == 503)
    assert (counted(), files_in(folder)) == (before, [])
    again = caller.post(f"/refunds/{refund.pk}/{way.move}", sent, Idempotency_Key='"k"')
    assert (again.status_code, "Idempotent-Replayed" in again) == (200, False)


def test_moves_nothing_when_the_database_gives_way_after_the_files_and_stores_them_once(
    caller: Caller, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = denied(caller)
    before = counted()
    body = {"text": "Please.", "attachments": [PHOTO]}

    def fails(*_given: Any, **_named: Any) -> NoReturn:
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(keep, "room_taken", fails)
        problem(caller.post(f"/refunds/{refund.pk}/appeal", body, Idempotency_Key='"k"'), 500, "unexpected")

    assert (counted(), len(files_in(folder))) == (before, 1)
    assert caller.post(f"/refunds/{refund.pk}/appeal", body, Idempotency_Key='"k"').status_code == 200
    assert (Attachment.objects.count(), len(files_in(folder))) == (1, 1)


def test_bounds_the_body_by_what_may_be_attached_and_others_as_before(caller: Caller, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE, settings.ATTACHMENT_REQUEST_BYTES = 1000, 600_000
    refund = denied(caller)
    large = b'{"text": "' + b"x" * 900_000 + b'"}'

    assert problem(caller.post(f"/refunds/{refund.pk}/withdraw", large), 413, "body_too_large")["limit"] == 1000
    problem(caller.post(f"/refunds/{refund.pk}/appeal", large), 422, "content_invalid")
    larger = b'{"text": "' + b"x" * 1_200_000 + b'"}'
    assert problem(caller.post(f"/refunds/{refund.pk}/appeal", larger), 413, "body_too_large")["limit"] == 1_062_184


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_speaks_the_clients_language(caller: Caller, language: str) -> None:
    refund = denied(caller)
    body = {"text": "Please.", "attachments": [attachment(png(), "image/jpeg")]}

    response = caller.post(f"/refunds/{refund.pk}/appeal", body, Accept_Language=language)

    expected = {"en": "The content is not image/jpeg.", "zh-Hans": "内容不是 image/jpeg。"}
    assert problem(response, 422, "attachment_type_differs")["detail"] == expected[language]


def test_opens_a_new_case_for_an_appeal_with_its_files(caller: Caller, folder: Path) -> None:
    refund = denied(caller)
    files = [PHOTO, attachment(PDF, "application/pdf", "../receipt.pdf"), attachment(TEXT, "text/plain; charset=utf-8")]

    response = caller.post(f"/refunds/{refund.pk}/appeal", {"text": "没有用过", "attachments": files}, If_Match='"2"')

    document = content(response)
    assert (response.status_code, response["ETag"], document["version"]) == (200, '"3"', 3)
    assert (document["status"], document["decision"], document["review"]["queue"]) == (
        "pending_review",
        None,
        "gift-cards",
    )
    assert content(caller.get(f"/refunds/{refund.pk}")) == document
    assert "attachments" not in document
    case = ReviewCase.objects.get(refund=refund, closed_at__isnull=True)
    assert case.appeal.text == "没有用过"
    assert [(each.name, each.media_type) for each in Attachment.objects.filter(case_id=case.pk)] == [
        ("身份证.jpg", "image/jpeg"),
        ("receipt.pdf", "application/pdf"),
        ("proof.txt", "text/plain"),
    ]
    assert len(files_in(folder)) == 3


def test_takes_an_appeal_without_files_or_key(caller: Caller) -> None:
    for body in ({"text": "Please."}, {"text": "Please.", "attachments": []}, {"text": "Please.", "attachments": None}):
        refund = denied(caller)
        response = caller.post(f"/refunds/{refund.pk}/appeal", body, Idempotency_Key="")
        assert (response.status_code, content(response)["status"]) == (200, "pending_review")


def test_brings_the_files_of_an_answer_to_the_request_that_it_answers(caller: Caller, folder: Path) -> None:
    refund = asked_refund(caller)

    response = caller.post(f"/refunds/{refund.pk}/information", {"attachments": [PHOTO]})

    assert (response.status_code, content(response)["status"]) == (200, "pending_review")
    request, found = InformationRequest.objects.get(), Attachment.objects.get()
    assert (found.source, found.source_id, found.case_id) == ("information", request.pk, request.case_id)
    assert request.answered


@WAYS
def test_repeats_the_answer_under_its_key_and_stores_nothing_twice(caller: Caller, folder: Path, way: Way) -> None:
    refund = way.make(caller)
    sent = way.body | {"attachments": [PHOTO, PHOTO]}
    first = caller.post(f"/refunds/{refund.pk}/{way.move}", sent, Idempotency_Key='"k"')
    before, modified = counted(), [path.stat().st_mtime_ns for path in files_in(folder)]

    second = caller.post(f"/refunds/{refund.pk}/{way.move}", sent, Idempotency_Key='"k"')

    assert (second.status_code, second.content, second["Idempotent-Replayed"]) == (200, first.content, "true")
    assert counted() == before
    assert [path.stat().st_mtime_ns for path in files_in(folder)] == modified
    other = caller.post(f"/refunds/{refund.pk}/{way.move}", way.body, Idempotency_Key='"k"')
    problem(other, 422, "idempotency_key_reused")


def test_keeps_a_refusal_as_the_answer_to_its_key(caller: Caller) -> None:
    refund = denied(caller)
    body = {"text": "Please.", "attachments": [attachment(png(), "image/jpeg")]}
    first = caller.post(f"/refunds/{refund.pk}/appeal", body, Idempotency_Key='"k"')

    second = caller.post(f"/refunds/{refund.pk}/appeal", body, Idempotency_Key='"k"')

    assert (first.status_code, second.content, second["Idempotent-Replayed"]) == (422, first.content, "true")
