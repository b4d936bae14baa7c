"""The translation file: brought up to date with the code, or checked against it.

python -m tools.messages            extract; keeps what is translated
python -m tools.messages --fill FOLDER   extract, and fill gaps from the .po files there
python -m tools.messages --check    every string of the code is translated, and nothing else is kept
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from tools.environment import BASE_DIR
from tools.system_packages import require

LOCALE = "zh_Hans"
CATALOGUE = Path("locale") / LOCALE / "LC_MESSAGES" / "django.po"
SOURCES = ["apps", "reviewconsole", "templates"]
# What makes two entries the same one.
Identity = tuple[str | None, str, str]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true")
    options.add_argument("--fill", type=Path, metavar="FOLDER")
    chosen = options.parse_args()
    for program in ("xgettext", "msgmerge", "msgfmt"):
        require(program, "gettext")
    with tempfile.TemporaryDirectory() as folder:
        extracted = extract(Path(folder))
        return report(extracted) if chosen.check else write(extracted, chosen.fill)


def extract(folder: Path) -> polib.POFile:
    """Run makemessages on a copy, so that a check changes nothing."""
    for source in SOURCES:
        shutil.copytree(BASE_DIR / source, folder / source, ignore=shutil.ignore_patterns("__pycache__"))
    catalogue = folder / CATALOGUE
    catalogue.parent.mkdir(parents=True)
    if (BASE_DIR / CATALOGUE).exists():
        shutil.copy(BASE_DIR / CATALOGUE, catalogue)
    command = [sys.executable, "-m", "django", "makemessages", "--locale", LOCALE, "--verbosity", "0"]
    subprocess.run([*command, "--no-obsolete", "--add-location", "file", "--no-wrap"], check=True, cwd=folder)
    return polib.pofile(str(catalogue), wrapwidth=0)


def report(extracted: polib.POFile) -> int:
    """Print what is wrong with the committed catalogue; return the exit code."""
    if not (BASE_DIR / CATALOGUE).exists():
        print(f"{CATALOGUE} is missing. Run: make messages")
        return 1
    committed = polib.pofile(str(BASE_DIR / CATALOGUE), wrapwidth=0)
    known, wanted = _identities(committed), _identities(extracted)
    complaints = [
        *(f"not extracted: {text}" for text in sorted(str(identity[1]) for identity in wanted - known)),
        *(f"no longer in the code: {text}" for text in sorted(str(identity[1]) for identity in known - wanted)),
        *(f"not translated: {entry.msgid}" for entry in committed if not entry.translated() and not entry.obsolete),
    ]
    for complaint in complaints:
        print(complaint)
    checked = subprocess.run(["msgfmt", "--check-format", "--output-file=/dev/null", BASE_DIR / CATALOGUE], check=False)
    if complaints:
        print(f"{len(complaints)} strings. Run make messages, and translate what is left in {CATALOGUE}.")
    return 1 if complaints else checked.returncode


def write(extracted: polib.POFile, filling: Path | None) -> int:
    translations = _translations_in(filling) if filling else {}
    for entry in extracted:
        found = translations.get(_identity(entry))
        if found and not entry.translated():
            entry.msgstr, entry.msgstr_plural, entry.flags = found.msgstr, found.msgstr_plural, _without_fuzzy(entry)
    # msgfmt leaves out a fuzzy header, and with it the rule for plurals.
    extracted.metadata_is_fuzzy = False
    # A date that changes with every run would make every run a change.
    for field in ("POT-Creation-Date", "PO-Revision-Date"):
        extracted.metadata.pop(field, None)
    extracted.sort()
    (BASE_DIR / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    extracted.save(str(BASE_DIR / CATALOGUE))
    left = [entry.msgid for entry in extracted if not entry.translated()]
    print("\n".join([*(f"not translated: {text}" for text in left), f"{len(extracted)} strings, {len(left)} left."]))
    return 0


def _translations_in(folder: Path) -> dict[Identity, polib.POEntry]:
    files = [polib.pofile(str(path)) for path in sorted(folder.glob("*.po"))]
    return {_identity(entry): entry for file in files for entry in file if entry.translated()}


def _identities(catalogue: polib.POFile) -> set[Identity]:
    return {_identity(entry) for entry in catalogue if not entry.obsolete}


def _identity(entry: polib.POEntry) -> Identity:
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def _without_fuzzy(entry: polib.POEntry) -> list[str]:
    return [flag for flag in entry.flags if flag != "fuzzy"]


if __name__ == "__main__":
    sys.exit(main())
