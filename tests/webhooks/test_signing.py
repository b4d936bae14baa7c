import base64
from datetime import datetime, timedelta, timezone

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from apps.webhooks.signing import new_secret, signed_headers
from tests.support.receiver import Received
from tests.webhooks.outbox import NOW

BODY = '{"type":"refund.held","note":"孩子误操作"}'


def received(secrets: list[str], body: str = BODY, at: datetime = NOW) -> Received:
    return Received("/hooks", signed_headers(secrets, event_id="evt_1", at=at, body=BODY), body.encode(), at)


def test_refuses_to_verify_with_another_secret() -> None:
    with pytest.raises(WebhookVerificationError):
        received([new_secret()]).verify(new_secret())


def test_refuses_to_verify_another_body() -> None:
    secret = new_secret()
    with pytest.raises(WebhookVerificationError):
        received([secret], body=BODY + " ").verify(secret)


def test_makes_secrets_of_32_random_bytes() -> None:
    secret = new_secret()
    prefix, encoded = secret.split("_", 1)
    assert prefix == "whsec"
    assert len(base64.b64decode(encoded)) == 32
    assert new_secret() != secret


def test_signs_what_the_library_verifies() -> None:
    secret = new_secret()
    received([secret]).verify(secret)


def test_signs_with_every_secret_while_one_is_rotated() -> None:
    newest, before = new_secret(), new_secret()
    request = received([newest, before])
    request.verify(newest)
    request.verify(before)
    assert [part.split(",")[0] for part in request.headers["webhook-signature"].split(" ")] == ["v1", "v1"]


def test_states_the_moment_of_the_attempt_in_unix_seconds() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=8))) + timedelta(microseconds=999_999)
    headers = signed_headers([new_secret()], event_id="evt_1", at=elsewhere, body=BODY)
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["webhook-id"] == "evt_1"
