"""That the receiver of the tests would notice."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from apps.webhooks.signing import new_secret, signed_headers
from tests.support.receiver import Receiver, listening

pytestmark = pytest.mark.loopback

SECRET = new_secret()


def deliver(receiver: Receiver, *, secret: str = SECRET, late: timedelta = timedelta(), **more: str) -> None:
    headers = signed_headers([secret], event_id="evt_1", at=datetime.now(UTC) - late, body="{}")
    plain = {"Content-Type": "application/json", "Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "test"}
    request = httpx.Request("POST", receiver.url, content=b"{}", headers={**plain, **headers, **more})
    with httpx.Client(trust_env=False) as sender:
        sender.send(request)


@pytest.mark.parametrize(
    ("secret", "late", "more"),
    [
        (new_secret(), timedelta(), {}),
        (SECRET, timedelta(minutes=6), {}),
        (SECRET, timedelta(minutes=-6), {}),
        (SECRET, timedelta(), {"webhook-signature": "v1,AAAA"}),
        (SECRET, timedelta(), {"Priority": "u=1"}),
    ],
    # The secrets are drawn anew in each process, and the processes of a run have to agree on the tests' names.
    ids=["another secret", "too old", "too new", "wrong signature", "header of no webhook"],
)
def test_fails_the_test_that_receives_what_cannot_be_verified(
    secret: str, late: timedelta, more: dict[str, str]
) -> None:
    with pytest.raises(AssertionError), listening() as receiver:  # noqa: PT012 - it is the end of the block that raises
        receiver.trust(SECRET)
        deliver(receiver, secret=secret, late=late, **more)


def test_fails_the_test_that_told_it_of_no_secret() -> None:
    with pytest.raises(AssertionError), listening() as receiver:
        deliver(receiver)


def test_is_content_with_what_a_secret_signed_that_it_learns_of_later() -> None:
    with listening() as receiver:
        deliver(receiver, late=timedelta(minutes=4))
        receiver.trust(SECRET)
