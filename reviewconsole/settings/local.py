"""`make run` on one machine: plain HTTP on loopback, secrets kept in the data folder."""

from reviewconsole.settings.base import *
from reviewconsole.settings.environment import DATA_DIR
from reviewconsole.settings.secrets import read_or_make

_secrets = read_or_make(DATA_DIR / "secrets.json")

DEBUG = False
SECRET_KEY = _secrets.secret_key
ENCRYPTION_KEYS = ENCRYPTION_KEYS or [_secrets.encryption_key]
MATCHING_KEY = MATCHING_KEY or _secrets.matching_key
STATIC_ROOT = DATA_DIR / "static"
