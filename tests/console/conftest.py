"""People in front of a browser, and cases as the policy opens them."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.clients.models import ApiClient
from apps.refunds.models import Refund
from apps.refunds.records import RefundRecord
from apps.reviews.services.intake import refund_intake
from apps.staff.models import Person, Role
from tests.support.factories import (
    Desk,
    Goods,
    client_actor,
    make_client,
    make_order,
    make_person,
    open_desk,
    refund_body,
)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def now() -> datetime:
    """The moment that the views will read, give or take the test's own time."""
    return timezone.now()


@pytest.fixture
def reviewer(db: None) -> Person:
    return make_person("lin")


@pytest.fixture
def supervisor(db: None) -> Person:
    return make_person("okafor", Role.SUPERVISOR)


@pytest.fixture
def browser(reviewer: Person) -> Client:
    """A browser in which the reviewer is signed in."""
    return signed_in(reviewer)


@pytest.fixture
def platform(db: None) -> ApiClient:
    return make_client("Star Mall")


@pytest.fixture
def weighed(platform: ApiClient, now: datetime) -> Refund:
    """A refund that the policy itself sent to review: a gift card, used up, asked back."""
    return take_in(platform, now)


@pytest.fixture
def desk(weighed: Refund, reviewer: Person, now: datetime) -> Desk:
    """The reviewer's claim on that case."""
    return open_desk(weighed, reviewer, now=now)


def signed_in(person: Person) -> Client:
    """Return a browser in which this person is signed in."""
    browser = Client()
    browser.force_login(person)
    return browser


def take_in(platform: ApiClient, now: datetime, *, amounts: tuple[int, ...] = (64800,)) -> Refund:
    """Take in a refund of gift cards that were used up, with its lines, through the whole of intake."""
    goods = [Goods(amount, consumed_percent=100) for amount in amounts]
    order = make_order(platform, *goods, placed_at=now - timedelta(hours=2))
    lines = [{"id": line.external_id, "amount": line.amount} for line in order.lines.order_by("position")]
    body = refund_body(order, lines=lines, requested_at=(now - timedelta(minutes=5)).isoformat())
    return refund_intake(RefundRecord.model_validate(body), client=platform, actor=client_actor(platform), now=now)
