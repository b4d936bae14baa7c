"""Django's own checks of a production installation, with secrets that protect nothing."""

import os
import subprocess
import sys

from cryptography.fernet import Fernet

from tools.environment import BASE_DIR


def main() -> int:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "reviewconsole.settings.production",
        "DATABASE_URL": "postgresql:///unused",
        "REVIEWCONSOLE_SECRET_KEY": "Aq0-z_" * 12,
        "REVIEWCONSOLE_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "REVIEWCONSOLE_MATCHING_KEY": "Aq0-z_" * 12,
        "REVIEWCONSOLE_ALLOWED_HOSTS": "console.example",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, check=False, cwd=BASE_DIR, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
