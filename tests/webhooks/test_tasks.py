from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone
from standardwebhooks import Webhook

from apps.clients.models import ApiClient
from apps.webhooks import tasks
from apps.webhooks.models import Event
from reviewconsole.settings.clock import CELERY_BEAT_SCHEDULE
from tests.support.receiver import Receiver
from tests.webhooks.outbox import make_endpoint, publish


@pytest.mark.loopback
def test_sends_what_a_receiver_verifies_by_its_own_clock(client: ApiClient, receiver: Receiver) -> None:
    _endpoint, secret = make_endpoint(client, receiver.url)
    publish(client, now=timezone.now())
    assert tasks.send_due_deliveries() == 1
    (request,) = receiver.received
    Webhook(secret).verify(request.body, request.headers)


def test_forgets_nothing_that_is_new(client: ApiClient) -> None:
    publish(client, now=timezone.now() - timedelta(days=365))
    assert tasks.forget_old_deliveries() == 0
    assert Event.objects.count() == 1


def test_has_the_names_that_the_clock_calls() -> None:
    called = {entry["task"] for entry in CELERY_BEAT_SCHEDULE.values() if entry["task"].startswith("webhooks.")}
    assert called == {tasks.send_due_deliveries.name, tasks.forget_old_deliveries.name}
    assert called <= set(current_app.tasks)
