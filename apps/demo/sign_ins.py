"""The file from which the launcher reads how to get in."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

from apps.demo.staff import PASSWORD, Colleague


def sign_ins_write(path: Path, colleagues: Sequence[Colleague], api_key: str) -> None:
    """Write the file whole or not at all, readable by its owner alone."""
    people = [{"username": one.username, "password": PASSWORD, "role": one.role.value} for one in colleagues]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"people": people, "api_key": api_key}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
