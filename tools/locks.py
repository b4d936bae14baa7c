"""Whether the locks say what pyproject.toml asks for, without a network; `--update` resolves them again."""

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.environment import BASE_DIR, DEV_LOCK, RUN_LOCK, UV_VENV

PINNED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ;\\]+)(?P<rest>.*)$")
ASKED_FOR = "refund-review-console (pyproject.toml)"


@dataclass(frozen=True)
class Pin:
    version: str
    is_asked_for: bool
    has_hashes: bool


def read(lock: Path) -> dict[str, Pin]:
    """Return what a lock pins, by canonical name."""
    pins: dict[str, Pin] = {}
    for block in re.split(r"\n(?=\S)", lock.read_text().strip()):
        pinned = PINNED.match(block.partition("\n")[0])
        if pinned:
            name = canonicalize_name(pinned["name"])
            pins[name] = Pin(pinned["version"], ASKED_FOR in block, "--hash=sha256:" in block)
    return pins


def complaints(lock: Path, requirements: list[Requirement]) -> list[str]:
    pins = read(lock)
    wanted: dict[str, Requirement] = {canonicalize_name(requirement.name): requirement for requirement in requirements}
    return [
        *(f"{name} is not in it" for name in wanted if name not in pins),
        *(f"{name} is pinned by choice, but nothing asks for it" for name in pins if _is_stale(name, pins, wanted)),
        *(f"{name} has no hashes" for name, pin in pins.items() if not pin.has_hashes),
        *(
            f"{name} {pins[name].version} is not what is asked for: {requirement}"
            for name, requirement in wanted.items()
            if name in pins and not requirement.specifier.contains(pins[name].version, prereleases=True)
        ),
    ]


def disagreements() -> list[str]:
    """Return what the two locks pin differently: a developer must run what is run elsewhere."""
    run, dev = read(RUN_LOCK), read(DEV_LOCK)
    return [
        f"{name} differs between the locks" for name in run if name not in dev or run[name].version != dev[name].version
    ]


def check() -> list[str]:
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]
    run = [Requirement(text) for text in project["dependencies"]]
    dev = run + [Requirement(text) for text in project["optional-dependencies"]["dev"]]
    found = [
        (lock.name, complaint)
        for lock, asked in [(RUN_LOCK, run), (DEV_LOCK, dev)]
        for complaint in complaints(lock, asked)
    ]
    return [*(f"{lock}: {complaint}" for lock, complaint in found), *disagreements()]


def update() -> None:
    uv = str(UV_VENV / "bin" / "uv")
    options = ["--generate-hashes", "--python-version", "3.11", "--universal", "--no-header", "--quiet"]
    for lock, extras in [(RUN_LOCK, ()), (DEV_LOCK, ("--extra", "dev"))]:
        output = ["--output-file", lock.name]
        subprocess.run([uv, "pip", "compile", "pyproject.toml", *extras, *options, *output], check=True, cwd=BASE_DIR)


def _is_stale(name: str, pins: dict[str, Pin], wanted: dict[str, Requirement]) -> bool:
    return pins[name].is_asked_for and name not in wanted


if __name__ == "__main__":
    if "--update" in sys.argv[1:]:
        update()
    found = check()
    if found:
        sys.exit("\n".join([*found, "Run: make locks"]))
