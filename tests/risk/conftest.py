"""What the tests of words rely on."""

from collections.abc import Iterator

import polib
import pytest
from django.test import override_settings

from reviewconsole.settings.environment import BASE_DIR


@pytest.fixture(scope="module")
def translations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Compile the translations from their sources, so that a stale compiled file cannot speak for them."""
    folder = tmp_path_factory.mktemp("locale")
    written = polib.POFile()
    written.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    for path in sorted((BASE_DIR / "locale").rglob("*.po")):
        written.extend(entry for entry in polib.pofile(str(path)) if entry.translated())
    compiled = folder / "zh_Hans" / "LC_MESSAGES" / "django.mo"
    compiled.parent.mkdir(parents=True)
    written.save_as_mofile(str(compiled))
    with override_settings(LOCALE_PATHS=[folder]):
        yield
