"""Where settings come from: the process environment, read in one place."""

from pathlib import Path

import environ

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(env.str("REVIEWCONSOLE_DATA_DIR", str(BASE_DIR / ".data"))).resolve()
