"""Programs of the operating system that a check or a test needs."""

import os
import shutil
import subprocess
import sys


def install(*packages: str) -> bool:
    """Install by apt-get when that is possible; return whether it was done."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    print(f"  Installing {', '.join(packages)} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install_command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    if _succeeds(install_command, environment):
        return True
    # A fresh image knows no packages before the first update.
    return _succeeds(["apt-get", "update", "-qq"], environment) and _succeeds(install_command, environment)


def require(program: str, package: str) -> None:
    """Make sure that `program` is there, or leave with a sentence."""
    if shutil.which(program) is None and not install(package):
        sys.exit(f"{program} is missing. Install the package {package}, or run this as root.")


def _succeeds(command: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL).returncode == 0
