"""What the environment asks for."""

from pathlib import Path

import pytest

from reviewconsole.launcher.errors import SettingUnusable
from reviewconsole.launcher.installation import BASE_DIR, Installation, socket_url
from reviewconsole.settings.database import database_from


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "80 80"])
def test_refuses_a_port_that_is_none(port: str) -> None:
    with pytest.raises(SettingUnusable, match="REVIEWCONSOLE_PORT"):
        Installation.from_environment({"REVIEWCONSOLE_PORT": port})


def test_refuses_an_unclear_wish_about_the_demo() -> None:
    with pytest.raises(SettingUnusable, match="REVIEWCONSOLE_DEMO is 'no'"):
        Installation.from_environment({"REVIEWCONSOLE_DEMO": "no"})


def test_refuses_a_folder_that_supervisord_could_not_read() -> None:
    with pytest.raises(SettingUnusable, match="without a per cent sign"):
        Installation.from_environment({"REVIEWCONSOLE_DATA_DIR": "/srv/100%"})


def test_needs_no_variable_at_all() -> None:
    assert Installation.from_environment({}) == Installation(
        data_dir=BASE_DIR / ".data", host="127.0.0.1", port=8000, with_demo=True, database_url=None
    )


def test_takes_an_empty_variable_for_none() -> None:
    empty = dict.fromkeys(["REVIEWCONSOLE_DATA_DIR", "REVIEWCONSOLE_PORT", "REVIEWCONSOLE_HOST", "DATABASE_URL"], "")

    assert Installation.from_environment(empty) == Installation.from_environment({})


def test_names_a_socket_so_that_the_settings_find_it() -> None:
    settings = database_from(socket_url(Path("/home/ann smith/100%/sockets"), "reviewconsole"))

    assert settings["HOST"] == "/home/ann smith/100%/sockets"
    assert settings["USER"] == "reviewconsole"
    assert settings["NAME"] == "reviewconsole"
