import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import Client


@pytest.mark.django_db
def test_shows_a_page_even_when_the_session_is_what_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_anything: object) -> None:
        raise RuntimeError("the session store is away")

    monkeypatch.setattr(SessionMiddleware, "process_request", fails)

    answer = Client(raise_request_exception=False).get("/queue/")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    assert "session store" not in answer.content.decode()
