"""What clients told since their data were searched."""

from dataclasses import dataclass

from django.db import connection

from apps.rings.models import RingWatermark

# Keys grow, so each maximum is the end of an index.
_TOPS = """
SELECT coalesce((SELECT max(id) FROM marketplace_order), 0),
    coalesce((SELECT max(id) FROM marketplace_transfer), 0),
    coalesce((SELECT max(id) FROM refunds_refund), '')
"""
# Reads the rows above the mark alone, whoever told them.
_HAS_NEWS = """
SELECT EXISTS (SELECT FROM marketplace_order WHERE id > %(orders)s AND client_id = %(client)s)
    OR EXISTS (SELECT FROM marketplace_transfer WHERE id > %(transfers)s AND client_id = %(client)s)
    OR EXISTS (SELECT FROM refunds_refund WHERE id > %(refunds)s AND client_id = %(client)s)
"""


@dataclass(frozen=True)
class Tops:
    """The newest order, transfer and refund of all clients."""

    orders: int
    transfers: int
    refunds: str


def tops() -> Tops:
    """Return the newest rows. Read before a search begins, they name nothing that it could miss."""
    with connection.cursor() as cursor:
        cursor.execute(_TOPS)
        return Tops(*cursor.fetchone())


def has_news(watermark: RingWatermark) -> bool:
    """Tell whether the client told of anything above its mark."""
    parameters: dict[str, int | str] = {
        "client": watermark.client_id,
        "orders": watermark.orders,
        "transfers": watermark.transfers,
        "refunds": watermark.refunds,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HAS_NEWS, parameters)
        return bool(cursor.fetchone()[0])
