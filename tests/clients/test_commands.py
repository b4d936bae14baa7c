from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.clients.selectors import api_key_presented

pytestmark = pytest.mark.django_db


def test_prints_the_key_and_nothing_else() -> None:
    output = StringIO()

    call_command("create_api_key", "--client", "Galaxy Mall", "--scopes", "refunds:read, events:read", stdout=output)

    found = api_key_presented(output.getvalue().removesuffix("\n"), now=timezone.now())
    assert found is not None
    assert found.scopes == ["refunds:read", "events:read"]


def test_says_which_scopes_there_are() -> None:
    with pytest.raises(CommandError, match="There is no scope everything"):
        call_command("create_api_key", "--client", "Galaxy Mall", "--scopes", "everything")
