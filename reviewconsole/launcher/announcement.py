"""What the person at the terminal reads once everything answers."""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reviewconsole.launcher.installation import Installation

FIRST_STEPS = """\
  It starts empty. Make the first person, and a key for the first API client:
    .venv/bin/python manage.py create_staff --username admin --role administrator --password-stdin
    .venv/bin/python manage.py create_api_key --client "My shop platform"
"""


def announce(installation: Installation, console: Console | None = None) -> None:
    console = console or Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold green]Ready:[/] [bold]{installation.address}[/]\n")
    demo = installation.data_dir / "demo.json"
    if installation.with_demo and demo.exists():
        _print_demo(console, demo)
    else:
        console.print(FIRST_STEPS, markup=False)
    console.print(f"  Data and logs: {installation.data_dir}\n  Ctrl-C stops everything.\n", markup=False)


def _print_demo(console: Console, path: Path) -> None:
    demo = json.loads(path.read_text())
    table = Table("sign in as", "password", "role", box=None, padding=(0, 2), header_style="dim")
    for person in demo["people"]:
        # Text, so that a bracket in a password is not taken for a style.
        table.add_row(*(Text(person[part], overflow="fold") for part in ("username", "password", "role")))
    console.print(table)
    console.print(f"\n  API key: {demo['api_key']}\n", markup=False)
