"""The command that imports files."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg.conninfo import make_conninfo

from apps.clients.models import ApiClient
from apps.marketplace.models import Account, Line, Order
from tests.marketplace.builders import instrument_body, line_body, order_body, payment_body
from tests.support.factories import make_client


def written(path: Path, *lines: dict[str, Any] | str) -> str:
    """Write a file of lines."""
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return str(path)


def imported(*files: str, client: ApiClient) -> str:
    """Run the command and return what it prints."""
    out = StringIO()
    call_command("import_history", *files, client=client.name, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.mark.django_db
def test_refuses_a_client_that_does_not_exist(tmp_path: Path) -> None:
    file = written(tmp_path / "a.ndjson", {"type": "account", "id": "A"})

    with pytest.raises(CommandError, match="no API client named nobody"):
        call_command("import_history", file, client="nobody")

    assert not Account.objects.exists()


@pytest.mark.django_db
def test_ends_with_an_error_when_nothing_could_be_read(tmp_path: Path) -> None:
    errors = StringIO()

    with pytest.raises(CommandError, match="Nothing could be read"):
        call_command("import_history", str(tmp_path / "none"), client=make_client().name, stderr=errors)

    assert "No such file or directory" in errors.getvalue()


@pytest.mark.django_db
def test_prints_counts_and_the_lines_that_were_skipped(tmp_path: Path) -> None:
    first = written(
        tmp_path / "a.ndjson",
        {"type": "account", "id": "A"},
        "oops",
        {"type": "account", "id": "B", "verification": {"phone": {"status": "good"}}},
    )
    second = written(tmp_path / "b.ndjson", {"type": "account", "id": "A"})

    printed = imported(first, str(tmp_path / "none"), second, client=make_client())

    assert printed.splitlines() == [
        f"{first}: 1 accepted, 0 unchanged, 2 rejected",
        "  line 2: The line is not well-formed JSON in UTF-8. [malformed]",
        "  line 3 /verification/phone/status: Must be one of: unverified, pending, verified, failed, expired. [choice]",
        f"{second}: 0 accepted, 1 unchanged, 0 rejected",
    ]


@pytest.mark.django_db
def test_says_how_many_rejections_it_does_not_print(tmp_path: Path) -> None:
    file = written(tmp_path / "a.ndjson", *["?"] * 105)

    printed = imported(file, client=make_client()).splitlines()

    assert len(printed) == 102
    assert printed[-1] == "  … and 5 more lines"


@pytest.mark.django_db(transaction=True)
def test_goes_on_after_it_was_killed(tmp_path: Path) -> None:
    client = make_client()
    lines = [
        {"id": str(index), **{key: value for key, value in line_body().items() if key != "id"}} for index in range(20)
    ]
    file = written(
        tmp_path / "orders.ndjson",
        *(
            {
                "type": "order",
                **order_body(
                    id=f"O-{index}",
                    account_id=f"A-{index}",
                    lines=lines,
                    payments=[payment_body(instrument=instrument_body(fingerprint=f"w-{index}"))],
                ),
            }
            for index in range(3_000)
        ),
    )

    with subprocess.Popen(
        [sys.executable, "manage.py", "import_history", file, "--client", client.name],
        env=os.environ | {"DATABASE_URL": _address(), "DJANGO_SETTINGS_MODULE": "reviewconsole.settings.testing"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        deadline = time.monotonic() + 60
        while not Order.objects.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        running.send_signal(signal.SIGKILL)
    stored = Order.objects.count()
    assert 0 < stored < 3_000
    # A chunk is stored whole or not at all.
    assert Line.objects.count() == 20 * stored

    assert imported(file, client=client) == f"{file}: {3_000 - stored} accepted, {stored} unchanged, 0 rejected\n"

    assert (Order.objects.count(), Line.objects.count()) == (3_000, 60_000)


@pytest.mark.django_db(transaction=True)
def test_reads_standard_input(tmp_path: Path) -> None:
    client = make_client()

    done = subprocess.run(
        [sys.executable, "manage.py", "import_history", "-", "--client", client.name],
        env=os.environ | {"DATABASE_URL": _address(), "DJANGO_SETTINGS_MODULE": "reviewconsole.settings.testing"},
        input=b'{"type": "account", "id": "A"}\n',
        capture_output=True,
        check=True,
    )

    assert done.stdout.decode() == "-: 1 accepted, 0 unchanged, 0 rejected\n"
    assert Account.objects.get().external_id == "A"


def _address() -> str:
    """Return how another process reaches the test's database."""
    database = settings.DATABASES["default"]
    return make_conninfo(
        host=database["HOST"],
        port=database["PORT"] or None,
        user=database["USER"] or None,
        dbname=connection.settings_dict["NAME"],
    )
