"""The two files of Swagger UI that the page of the API needs, out of a package that has many more."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

PREFIX = "swagger-ui"
# The map is named by the last line of the style sheet, and a name that leads nowhere is refused when files are hashed.
NAMES = ("LICENSE", "swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui.css.map")
_FOLDER = Path(str(files("drf_spectacular_sidecar"))) / "static" / "drf_spectacular_sidecar" / "swagger-ui-dist"


class SwaggerFinder(BaseFinder):
    """Finds swagger-ui/… in drf-spectacular-sidecar."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=_FOLDER)
        # What collectstatic puts before each name.
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]

    def check(self, **_options: Any) -> list[Any]:
        """Nothing is configured here."""
        return []

    def find(self, path: str, find_all: bool = False, **_options: Any) -> Any:
        """Return where a file is, in a list when all are wanted."""
        prefix, _slash, name = path.partition("/")
        found = [str(_FOLDER / name)] if prefix == PREFIX and name in NAMES else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """Return every file with its storage."""
        return ((name, self.storage) for name in NAMES)
