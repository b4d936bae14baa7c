from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import DjangoAssertNumQueries

from apps.audit.models import Action, AuditEvent
from apps.common.actors import ActorKind
from apps.common.inserting import insert, insert_missing
from apps.marketplace.models import Shop
from tests.support.factories import NOON, make_client, make_person

pytestmark = pytest.mark.django_db


def test_writes_what_the_model_would(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = make_person()
    rows = [
        AuditEvent(
            at=datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC) + timedelta(minutes=number),
            action=Action.NOTE_ADDED,
            actor_kind=ActorKind.PERSON,
            actor_name='名 "quoted" \\ back',
            person=person,
            changes={"note": [None, {"deep": number}]},
            address="2001:db8::1",
        )
        for number in range(3)
    ]

    with django_assert_num_queries(1):
        insert(rows)

    stored = list(AuditEvent.objects.order_by("pk"))
    for name in (field.attname for field in AuditEvent._meta.concrete_fields if not field.primary_key):
        assert [getattr(row, name) for row in stored] == [getattr(row, name) for row in rows], name


def test_writes_nothing_without_rows(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        insert([])
        assert insert_missing([], conflict=["id"], returning="id") == set()


def test_keeps_to_the_models_constraints() -> None:
    with pytest.raises(IntegrityError, match="audit_actor_agrees"), transaction.atomic():
        insert([AuditEvent(at=NOON, action=Action.NOTE_ADDED, actor_kind=ActorKind.PERSON, actor_name="nobody")])

    assert AuditEvent.objects.count() == 0


def test_writes_rows_of_several_models_at_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = make_client()
    event = AuditEvent(at=NOON, action=Action.NOTE_ADDED, actor_kind=ActorKind.SYSTEM, actor_name="clock")
    shops = [Shop(client=client, external_id=f"S-{number}", digest="") for number in range(2)]

    with django_assert_num_queries(2):
        insert([shops[0], event, shops[1]])
        inserted = insert_missing(
            [Shop(client=client, external_id="S-1", digest="")],
            conflict=["client_id", "external_id"],
            returning="external_id",
            beside=[event, event],
        )

    assert inserted == set()
    assert list(Shop.objects.order_by("pk").values_list("external_id", flat=True)) == ["S-0", "S-1"]
    assert AuditEvent.objects.count() == 3


def test_leaves_out_rows_that_are_there() -> None:
    client = make_client()
    Shop.objects.create(client=client, external_id="S-1", name="first")

    missing = [Shop(client=client, external_id=name, name="second", digest="") for name in ("S-1", "S-2")]
    inserted = insert_missing(missing, conflict=["client_id", "external_id"], returning="external_id")

    assert inserted == {"S-2"}
    assert list(Shop.objects.order_by("external_id").values_list("external_id", "name")) == [
        ("S-1", "first"),
        ("S-2", "second"),
    ]
