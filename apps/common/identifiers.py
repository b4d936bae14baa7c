"""Identifiers of our own objects: a prefix that names the kind, then a ULID.

They sort by the time of creation, byte by byte, which is why their columns
carry the collation "C".
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from ulid import ULID


def new_identifier(prefix: str) -> str:
    """Return a fresh identifier such as ``rfd_01jd3vq…`` (30 characters)."""
    return f"{prefix}_{str(ULID()).lower()}"


class PrefixedIdField(models.CharField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Primary key made by `new_identifier` with this field's prefix."""

    def __init__(self, prefix: str = "", **options: Any) -> None:
        self.prefix = prefix
        options |= {
            "max_length": 40,
            "primary_key": True,
            "editable": False,
            "db_collation": "C",
            "default": partial(new_identifier, prefix),
        }
        super().__init__(**options)

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """Return the type by its full name.

        By the short one Django would give the column, and every one that
        refers to it, a second index for LIKE. In the collation "C" the first
        serves that, too.
        """
        return "character varying(40)"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, positional, named = super().deconstruct()
        for made_here in ("max_length", "primary_key", "editable", "db_collation", "default"):
            named.pop(made_here, None)
        return name, path, positional, named | {"prefix": self.prefix}
