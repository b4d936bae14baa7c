"""What the person at the terminal reads."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from reviewconsole.launcher.announcement import announce
from reviewconsole.launcher.installation import Installation

DEMO = {
    "people": [{"username": "lin", "password": "[bold]7 stars", "role": "reviewer"}],
    "api_key": "rck_0123_[key]",
}


def announced(data_dir: Path, *, with_demo: bool) -> str:
    installation = Installation(data_dir, "127.0.0.1", 8123, with_demo=with_demo, database_url=None)
    out = StringIO()
    announce(installation, Console(file=out, highlight=False, soft_wrap=True))
    return out.getvalue()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "demo.json").write_text(json.dumps(DEMO))
    return tmp_path


def test_shows_sign_ins_and_key_of_the_demo_letter_by_letter(data_dir: Path) -> None:
    text = announced(data_dir, with_demo=True)

    assert "Ready: http://127.0.0.1:8123/" in text
    assert ["lin", "[bold]7", "stars", "reviewer"] in [line.split() for line in text.splitlines()]
    assert "API key: rck_0123_[key]" in text
    assert "create_staff" not in text


def test_says_how_to_begin_when_it_starts_empty(data_dir: Path) -> None:
    text = announced(data_dir, with_demo=False)

    assert "manage.py create_staff --username admin --role administrator --password-stdin" in text
    assert "rck_" not in text
