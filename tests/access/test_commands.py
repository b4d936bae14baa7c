from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.access.services import keys
from apps.audit.models import AuditEvent
from apps.clients.models import ApiClient, ApiKey
from apps.clients.selectors import api_key_presented

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    output = StringIO()
    call_command(*words, stdout=output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--scopes", "everything"), "There is no scope everything"),
        (("--scopes", ","), "Name at least one scope"),
        (("--network", "10.0.0.0/33"), "10.0.0.0/33 is no network"),
        (("--expires", "soon"), "neither a date"),
        (("--expires", "2026-02-30"), "neither a date"),
        (("--expires", "2020-01-01"), "has to expire in the future"),
        (("--label", "x" * 121), "120 characters at most"),
        (("--client", " "), "A name has 1 to 120 characters"),
    ],
)
def test_refuses_bad_input_and_makes_nothing(words: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        run("create_api_key", "--client", "Galaxy Mall", *words)

    assert (ApiClient.objects.count(), ApiKey.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


def test_makes_as_many_keys_as_an_operator_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_VALID_KEYS_OF_OPERATORS", 3)
    for _ in range(3):
        run("create_api_key", "--client", "Galaxy Mall")

    with pytest.raises(CommandError, match="Galaxy Mall has 3 valid keys or more"):
        run("create_api_key", "--client", "Galaxy Mall")
    assert ApiKey.objects.count() == 3


def test_prints_the_key_and_nothing_else() -> None:
    printed = run("create_api_key", "--client", "Galaxy Mall", "--scopes", "refunds:read, events:read")

    found = api_key_presented(printed.removesuffix("\n"), now=timezone.now())
    assert found is not None
    assert found.scopes == ["refunds:read", "events:read"]
    assert (found.client.name, found.created_by) == ("Galaxy Mall", "command line")
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == ["client.created", "key.created"]


def test_binds_a_key_to_networks_and_to_a_time() -> None:
    networks = ("--network", "10.0.0.0/8", "--network", "2001:db8::/32")
    run("create_api_key", "--client", "A", "--label", "events", "--expires", "2126-01-31T18:00+08:00", *networks)
    run("create_api_key", "--client", "B", "--expires", "2126-01-31")

    first, second = ApiKey.objects.order_by("pk")
    assert (first.label, first.networks) == ("events", ["10.0.0.0/8", "2001:db8::/32"])
    assert first.expires_at == datetime(2126, 1, 31, 10, 0, tzinfo=UTC)
    assert second.expires_at == datetime(2126, 1, 31, 23, 59, 59, tzinfo=UTC)


def test_lists_keys_without_their_secrets() -> None:
    key = run("create_api_key", "--client", "Galaxy Mall", "--network", "10.0.0.0/8").strip()
    run("create_api_key", "--client", "Other", "--label", "events")
    ApiKey.objects.filter(client__name="Other").update(revoked_at=timezone.now())

    everything, one = run("list_api_keys"), run("list_api_keys", "--client", "Galaxy Mall")

    head, first, second = everything.splitlines()
    assert head.split("\t")[:4] == ["id", "key", "client", "state"]
    assert first.split("\t")[1:4] == [key[:16], "Galaxy Mall", "valid"]
    assert second.split("\t")[2:5] == ["Other", "revoked", "events"]
    assert one.splitlines() == [head, first]
    assert key not in everything


def test_lists_nothing_of_a_client_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="There is no client named Nobody"):
        run("list_api_keys", "--client", "Nobody")


def test_lists_what_became_of_a_key() -> None:
    run("create_api_key", "--client", "Expired")
    run("create_api_key", "--client", "Off")
    run("create_api_key", "--client", "Long ago")
    ApiKey.objects.filter(client__name="Expired").update(expires_at=timezone.now())
    ApiKey.objects.filter(client__name="Long ago").update(revoked_at=timezone.now() - timedelta(days=91))
    ApiClient.objects.filter(name="Off").update(is_active=False)

    states = [line.split("\t")[2:4] for line in run("list_api_keys").splitlines()[1:]]
    assert states == [["Expired", "expired"], ["Off", "client switched off"]]


@pytest.mark.parametrize("named", ["", "rck_", "rck_zzz", "999999", "rck_ffffffffffff", "%", "-", "٣"])
def test_revokes_nothing_that_is_not_there(named: str) -> None:
    run("create_api_key", "--client", "Galaxy Mall")
    ApiKey.objects.update(lookup="0123456789ab")

    with pytest.raises(CommandError):
        run("revoke_api_key", "--", named)
    assert ApiKey.objects.get().revoked_at is None


def test_revokes_no_key_when_several_begin_like_that() -> None:
    for lookup in ("0123456789ab", "0123ffffffff"):
        run("create_api_key", "--client", "Galaxy Mall")
        ApiKey.objects.filter(pk=ApiKey.objects.latest("pk").pk).update(lookup=lookup)

    with pytest.raises(CommandError, match="Several keys begin with rck_0123"):
        run("revoke_api_key", "rck_0123")
    assert ApiKey.objects.filter(revoked_at=None).count() == 2


@pytest.mark.parametrize("form", ["{id}", "rck_{lookup}", "{lookup}", "rck_{lookup}…", "{beginning}", "{whole}"])
def test_revokes_a_key_by_its_id_or_what_it_begins_with(form: str) -> None:
    whole = run("create_api_key", "--client", "Galaxy Mall").strip()
    key = ApiKey.objects.get()
    if form == "{beginning}" and key.lookup[:6].isdecimal():
        pytest.skip("digits alone are taken for an id")

    said = run("revoke_api_key", form.format(id=key.pk, lookup=key.lookup, beginning=key.lookup[:6], whole=whole))

    assert said == f"rck_{key.lookup}… of Galaxy Mall is revoked.\n"
    assert api_key_presented(whole, now=timezone.now()) is None
    assert AuditEvent.objects.latest("pk").action == "key.revoked"


def test_says_that_a_key_has_ended_already() -> None:
    run("create_api_key", "--client", "Galaxy Mall")
    run("revoke_api_key", str(ApiKey.objects.get().pk))

    with pytest.raises(CommandError, match="is expired or revoked"):
        run("revoke_api_key", str(ApiKey.objects.get().pk))
