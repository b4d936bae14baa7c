"""The mall's shops, read from `catalogue.toml`."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from apps.demo.trade import Goods, Language, Shop
from apps.marketplace.models import Category

_FILE = Path(__file__).with_name("catalogue.toml")


@cache
def shops() -> tuple[Shop, ...]:
    """Return all shops, without their owners."""
    return tuple(_shop(entry) for entry in tomllib.loads(_FILE.read_text(encoding="utf-8"))["shop"])


def shop(shop_id: str) -> Shop:
    """Return the shop of this id."""
    return next(found for found in shops() if found.id == shop_id)


def _shop(entry: dict[str, Any]) -> Shop:
    category = Category(entry["category"])
    return Shop(
        id=entry["id"],
        name=entry["name"],
        language=Language(entry.get("language", Language.CHINESE)),
        currency=entry.get("currency", "CNY"),
        age_days=entry["age_days"],
        popularity=entry["popularity"],
        goods=tuple(
            Goods(f"{entry['id'][2:]}-{number:02d}", title, category, face)
            for number, (title, face) in enumerate(entry["goods"], 1)
        ),
    )
