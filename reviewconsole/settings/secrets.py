"""Secrets of a one-machine installation, made once and kept beside its data."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet


@dataclass(frozen=True)
class InstallationSecrets:
    """Keys that must outlive a restart: without them nothing stored can be read."""

    secret_key: str
    encryption_key: str
    matching_key: str


def read_or_make(path: Path) -> InstallationSecrets:
    """Return the secrets in `path`, making the file (mode 0600) when it does not exist."""
    if not path.exists():
        _make(path)
    return InstallationSecrets(**json.loads(path.read_text()))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = InstallationSecrets(secrets.token_urlsafe(50), Fernet.generate_key().decode(), secrets.token_urlsafe(32))
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(made)))
    try:
        # link() fails when another process was first, so two starts never keep different keys.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
