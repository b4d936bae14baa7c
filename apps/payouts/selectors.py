"""Reading holds."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from apps.common.keysets import CursorUnreadable, Page, decode_cursor, encode_cursor
from apps.payouts.errors import HoldUnknown
from apps.payouts.models import Hold, HoldStatus
from apps.refunds.lifecycle import Status
from apps.refunds.models import Origin, Refund


@dataclass(frozen=True)
class HeldTotal:
    """How much of one currency is held, in minor units, by how many holds."""

    currency: str
    amount: int
    count: int


def holds_open() -> QuerySet[Hold]:
    """Open holds, the next to be released first."""
    return (
        Hold.objects.filter(status=HoldStatus.OPEN)
        .select_related("refund__order", "refund__account", "refund__shop", "refund__client", "placed_by")
        .order_by("release_at", "id")
    )


def holds_page(
    *, limit: int, cursor: str | None, since: datetime | None = None, until: datetime | None = None
) -> Page[Hold]:
    """Return a page of the open holds, the next to be released first. A cursor that is not ours starts anew.

    `since` and `until` narrow it to what is released from the one and before the other.
    """
    rows = holds_open()
    if since is not None:
        rows = rows.filter(release_at__gte=since)
    if until is not None:
        rows = rows.filter(release_at__lt=until)
    if cursor is not None:
        rows = rows.filter(_after(cursor))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    tail = found[limit - 1]
    return Page(found[:limit], encode_cursor([tail.release_at.isoformat(), tail.pk]))


def _after(cursor: str) -> Q:
    try:
        text, last = decode_cursor(cursor, [str, int])
        release_at = datetime.fromisoformat(text)
    except (CursorUnreadable, ValueError):
        return Q()
    return Q(release_at__gt=release_at) | Q(release_at=release_at, pk__gt=last)


def held_totals() -> list[HeldTotal]:
    """Sum what is held now, by currency."""
    rows = (
        Hold.objects.filter(status=HoldStatus.OPEN)
        .values("currency")
        .annotate(total=Sum("amount"), holds=Count("id"))
        .order_by("currency")
    )
    return [HeldTotal(row["currency"], row["total"], row["holds"]) for row in rows]


@dataclass(frozen=True)
class DayHeld:
    """How much of one currency is released on a day, in minor units, by how many holds."""

    day: date
    currency: str
    amount: int
    count: int


def held_by_day(*, until: datetime, zone: tzinfo) -> list[DayHeld]:
    """Sum the open holds that are released before a moment by day, as the zone has it, and currency."""
    rows = (
        Hold.objects.filter(status=HoldStatus.OPEN, release_at__lt=until)
        .annotate(day=TruncDate("release_at", tzinfo=zone))
        .values("day", "currency")
        .annotate(total=Sum("amount"), holds=Count("id"))
        .order_by("day", "currency")
    )
    return [DayHeld(row["day"], row["currency"], row["total"], row["holds"]) for row in rows]


def payouts_failed() -> QuerySet[Refund]:
    """Refunds that the client could not pay, the oldest failure first."""
    return (
        Refund.objects.filter(origin=Origin.LIVE, status=Status.PAYOUT_FAILED.value)
        .select_related("order", "account", "shop", "client")
        .order_by("status_at", "id")
    )


def refund_id_of_hold(hold_id: int) -> str:
    """Return whose money a hold holds. Raises HoldUnknown."""
    refund_id = Hold.objects.filter(pk=hold_id).values_list("refund_id", flat=True).first()
    if refund_id is None:
        raise HoldUnknown
    return refund_id


def hold_locked(hold_id: int) -> Hold:
    """Return the hold with its row locked. Lock its refund first. Raises HoldUnknown."""
    found = Hold.objects.select_for_update().filter(pk=hold_id).first()
    if found is None:
        raise HoldUnknown
    return found


def open_hold_locked(refund_id: str) -> Hold | None:
    """Return the open hold of a locked refund, locked, or None."""
    return Hold.objects.select_for_update().filter(refund_id=refund_id, status=HoldStatus.OPEN).first()
