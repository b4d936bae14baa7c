"""Compiles the translations, so that no gettext tools need to be installed.

`python -m reviewconsole.launcher.translations` does it by hand.
"""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from reviewconsole.launcher.installation import BASE_DIR


def compile_translations(folder: Path = BASE_DIR / "locale") -> list[Path]:
    """Write the .mo beside each .po that is newer; return those written."""
    return [_compile(source) for source in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_newer(source)]


def _is_newer(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> Path:
    compiled = source.with_suffix(".mo")
    draft = compiled.with_name(f"{compiled.name}.{os.getpid()}")
    with source.open("rb") as text, draft.open("wb") as out:
        write_mo(out, read_po(text))
    # The umask of the launcher is strict; this file is part of the program, not of the data.
    draft.chmod(0o644)
    draft.replace(compiled)
    return compiled


if __name__ == "__main__":
    for written in compile_translations():
        print(written.relative_to(BASE_DIR))
