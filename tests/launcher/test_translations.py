"""Translations, compiled without the gettext tools."""

import gettext
import os
from pathlib import Path

from reviewconsole.launcher.translations import compile_translations

CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Release"
msgstr "放款"

#, fuzzy
msgid "Recall"
msgstr "猜测"
"""


def catalogue_in(folder: Path) -> Path:
    source = folder / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(CATALOGUE)
    return source


def test_compiles_what_gettext_reads_and_no_guesses(tmp_path: Path) -> None:
    source = catalogue_in(tmp_path)

    assert compile_translations(tmp_path) == [source.with_suffix(".mo")]

    with source.with_suffix(".mo").open("rb") as compiled:
        translations = gettext.GNUTranslations(compiled)
    assert translations.gettext("Release") == "放款"
    assert translations.gettext("Recall") == "Recall"


def test_compiles_again_only_after_a_change(tmp_path: Path) -> None:
    source = catalogue_in(tmp_path)
    compile_translations(tmp_path)

    assert compile_translations(tmp_path) == []

    later = source.stat().st_mtime + 10
    os.utime(source, (later, later))
    assert compile_translations(tmp_path) == [source.with_suffix(".mo")]
