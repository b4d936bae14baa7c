"""Doing a thing once, however often it is asked for."""

import threading
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from apps.api.errors import IdempotencyKeyMalformed, IdempotencyKeyMissing
from apps.api.idempotency import Asked, answer_once, answers_forget_old, fingerprint_of, key_in
from apps.api.models import IdempotentAnswer
from apps.api.tasks import forget_old_idempotency_keys
from apps.common.ciphers import encrypted
from apps.marketplace.models import Shop
from apps.refunds.errors import RefundBusy
from tests.api.callers import Caller, content, problem

pytestmark = pytest.mark.urls("tests.api.addresses")


@pytest.mark.parametrize(
    "header",
    [
        '""',
        '"unfinished',
        '"a" "b"',
        '"a", "b"',
        '"schlüssel"',
        '"' + "k" * 256 + '"',
        "k" * 256,
        "two words",
        "钥匙",
        "(a)",
    ],
)
def test_refuses_a_key_that_is_neither_string_nor_token(header: str) -> None:
    with pytest.raises(IdempotencyKeyMalformed):
        key_in({"Idempotency-Key": header}, required=True)


@pytest.mark.parametrize("required", [True, False])
def test_refuses_an_empty_key_whose_sender_believes_to_be_safe(required: bool) -> None:
    with pytest.raises(IdempotencyKeyMalformed):
        key_in({"Idempotency-Key": " "}, required=required)


def test_refuses_a_missing_key_only_where_one_is_needed() -> None:
    with pytest.raises(IdempotencyKeyMissing):
        key_in({}, required=True)

    assert key_in({}, required=False) is None


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ('"8e03978e-40d5"', "8e03978e-40d5"),
        ("8e03978e-40d5", "8e03978e-40d5"),
        (' "with \\"quotes\\" and spaces" ', 'with "quotes" and spaces'),
        ('"parameter";ignored=1', "parameter"),
        ("order-17:refund/2", "order-17:refund/2"),
        ("k" * 255, "k" * 255),
    ],
)
def test_reads_a_quoted_string_and_a_bare_token(header: str, key: str) -> None:
    assert key_in({"Idempotency-Key": header}, required=True) == key


def test_refuses_a_request_without_the_key_and_writes_nothing(caller: Caller) -> None:
    response = caller.post("/notes", {"name": "a"}, Idempotency_Key="")

    problem(response, 400, "idempotency_key_missing")
    assert Shop.objects.count() == 0


def test_refuses_another_body_under_the_same_key_and_writes_nothing(caller: Caller) -> None:
    caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"')

    response = caller.post("/notes", {"name": "b"}, Idempotency_Key='"k"')

    problem(response, 422, "idempotency_key_reused")
    assert [shop.name for shop in Shop.objects.all()] == ["a"]
    assert IdempotentAnswer.objects.count() == 1


def test_repeats_the_first_answer_byte_for_byte(caller: Caller) -> None:
    first = caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"')

    second = caller.post("/notes", {"name": "a"}, Idempotency_Key="k")

    assert first.status_code == second.status_code == 201
    assert first.content == second.content == b'{"shop":"S-1","name":"a"}'
    assert first["Location"] == second["Location"] == "/S-1"
    assert second["Content-Type"] == "application/json"
    assert ("Idempotent-Replayed" in first, second["Idempotent-Replayed"]) == (False, "true")
    assert Shop.objects.count() == 1


def test_repeats_a_refusal_too_and_keeps_none_of_its_effect(caller: Caller) -> None:
    first = caller.post("/notes", {"name": "taken"}, Idempotency_Key='"k"')
    assert Shop.objects.count() == 0

    second = caller.post("/notes", {"name": "taken"}, Idempotency_Key='"k"', Accept_Language="zh-Hans")

    problem(first, 409, "conflict")
    assert second.content == first.content
    assert (second["Idempotent-Replayed"], second["Content-Language"]) == ("true", "en")
    assert Shop.objects.count() == 0


def test_repeats_the_problems_of_a_wrong_body(caller: Caller) -> None:
    first = caller.post("/notes", {"title": "a"}, Idempotency_Key='"k"')

    second = caller.post("/notes", {"title": "a"}, Idempotency_Key='"k"')

    problem(first, 422, "content_invalid")
    assert (second.status_code, second.content, second["Idempotent-Replayed"]) == (422, first.content, "true")
    assert Shop.objects.count() == 0


def test_keeps_no_answer_to_a_fault_so_that_the_retry_does_the_work(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("tests.api.addresses.answer", lambda *_args, **_named: 1 / 0)
        problem(caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"'), 500, "unexpected")
    assert (Shop.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)

    response = caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"')

    assert (response.status_code, "Idempotent-Replayed" in response) == (201, False)
    assert Shop.objects.count() == 1


def test_leaves_neither_effect_nor_answer_when_it_dies_between_them(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr("apps.api.idempotency._keep", die)
        with pytest.raises(SystemExit):
            caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"')
    assert (Shop.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)

    assert caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"').status_code == 201


def test_keeps_the_keys_of_two_clients_apart(caller: Caller, stranger: Caller) -> None:
    first = caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"')
    second = stranger.post("/notes", {"name": "a"}, Idempotency_Key='"k"')

    assert (first.status_code, second.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in second
    assert Shop.objects.count() == 2


def test_stores_no_answer_in_clear(caller: Caller) -> None:
    caller.post("/notes", {"name": "whsec_secret"}, Idempotency_Key='"k"')

    assert b"whsec_secret" not in bytes(IdempotentAnswer.objects.get().body)


@pytest.mark.django_db(transaction=True)
def test_refuses_while_the_first_request_still_runs(caller: Caller) -> None:
    first_holds, may_end = threading.Event(), threading.Event()
    lock = Asked(caller.client.pk, "k", b"").lock

    def first() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
            first_holds.set()
            may_end.wait(10)
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
        connection.close()

    thread = Thread(target=first)
    thread.start()
    first_holds.wait(10)
    response = caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"')
    may_end.set()
    thread.join()

    problem(response, 409, "idempotency_key_in_flight")
    assert response["Retry-After"] == "1"
    assert (Shop.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)
    assert caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"').status_code == 201


@pytest.mark.django_db(transaction=True)
def test_undoes_its_work_when_another_answer_was_committed_after_it_had_looked(caller: Caller) -> None:
    body = b"{}"
    asked = Asked(caller.client.pk, "k", fingerprint_of("POST", "/api/v1/notes", body))

    def first() -> HttpResponse:
        # Without the lock, as if it had been let go between our lock and our look.
        rival = Thread(target=_commit_answer, args=[asked])
        rival.start()
        rival.join()
        Shop.objects.create(client=caller.client, external_id="S-1")
        return HttpResponse(b'{"by":"us"}', status=201)

    response = answer_once(asked, first, lambda _refusal: None, now=timezone.now())

    assert (response.content, response["Idempotent-Replayed"]) == (b'{"by":"the rival"}', "true")
    assert (Shop.objects.count(), IdempotentAnswer.objects.count()) == (0, 1)


def _commit_answer(asked: Asked) -> None:
    IdempotentAnswer.objects.create(
        client_id=asked.client_id,
        key=asked.key,
        fingerprint=asked.fingerprint,
        status=201,
        body=encrypted('{"by":"the rival"}'),
        created_at=timezone.now(),
    )
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_does_the_work_once_for_eight_requests_at_the_same_moment(caller: Caller) -> None:
    together, answers = threading.Barrier(8), []

    def ask() -> None:
        together.wait(10)
        answers.append(caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"'))
        connection.close()

    threads = [Thread(target=ask) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    made = [response for response in answers if response.status_code == 201]
    assert {response.status_code for response in answers} <= {201, 409}
    assert {response.content for response in made} == {b'{"shop":"S-1","name":"a"}'}
    assert sum("Idempotent-Replayed" not in response for response in made) == 1
    assert (Shop.objects.count(), IdempotentAnswer.objects.count()) == (1, 1)


def test_forgets_answers_after_two_days_and_none_before(caller: Caller) -> None:
    for key in ("old", "young"):
        caller.post("/notes", {"name": key}, Idempotency_Key=key)
    now = timezone.now()
    IdempotentAnswer.objects.filter(key="old").update(created_at=now - timedelta(hours=48, seconds=1))
    IdempotentAnswer.objects.filter(key="young").update(created_at=now - timedelta(hours=47, minutes=59))

    forget_old_idempotency_keys()

    assert [kept.key for kept in IdempotentAnswer.objects.all()] == ["young"]


def test_forgets_no_more_at_once_than_the_limit(caller: Caller) -> None:
    for key in ("a", "b", "c"):
        caller.post("/notes", {"name": key}, Idempotency_Key=key)

    assert answers_forget_old(now=timezone.now() + timedelta(hours=49), limit=2) == 2
    assert content(caller.get("/notes")) == {"shops": 3}
    assert [kept.key for kept in IdempotentAnswer.objects.all()] == ["c"]


def test_keeps_no_answer_to_what_passes_in_a_moment(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_args: object, **_named: object) -> HttpResponse:
        raise RefundBusy(refund_id="rfd_1")

    with monkeypatch.context() as passing:
        passing.setattr("tests.api.addresses.answer", busy)
        problem(caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"'), 409, "refund_busy")
    assert (Shop.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)

    assert caller.post("/notes", {"name": "a"}, Idempotency_Key='"k"').status_code == 201
