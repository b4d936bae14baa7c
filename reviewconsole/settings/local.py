"""`make run` on one machine: plain HTTP on loopback, secrets kept in the data folder."""

from reviewconsole.settings.base import *
from reviewconsole.settings.environment import DATA_DIR
from reviewconsole.settings.secrets import read_or_make

_secrets = read_or_make(DATA_DIR / "secrets.json")

DEBUG = False
SECRET_KEY = _secrets.secret_key
IDENTITY_ENCRYPTION_KEYS = IDENTITY_ENCRYPTION_KEYS or [_secrets.identity_key]
IDENTITY_MATCHING_KEY = IDENTITY_MATCHING_KEY or _secrets.matching_key
STATIC_ROOT = DATA_DIR / "static"
