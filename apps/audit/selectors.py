"""Reading the log."""

from dataclasses import dataclass
from datetime import datetime

from apps.audit.models import Action, AuditEvent
from apps.common.keysets import Page, decode_cursor, encode_cursor


@dataclass(frozen=True)
class AuditFilter:
    """What the log may be searched by; None leaves a thing out. `until` is not included in the range."""

    person_id: int | None = None
    action: str | None = None
    refund_ids: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None


def audit_page(wanted: AuditFilter, *, limit: int, cursor: str | None) -> Page[AuditEvent]:
    """Return a page of the log, the newest first. Raises CursorUnreadable."""
    conditions = {
        "person_id": wanted.person_id,
        "action": wanted.action,
        "refund_id__in": wanted.refund_ids,
        "at__gte": wanted.since,
        "at__lt": wanted.until,
    }
    rows = AuditEvent.objects.select_related("person", "client").filter(
        **{name: value for name, value in conditions.items() if value is not None}
    )
    if cursor is not None:
        (last,) = decode_cursor(cursor, [int])
        rows = rows.filter(pk__lt=last)
    found = list(rows.order_by("-pk")[: limit + 1])
    return Page(found[:limit], encode_cursor([found[limit - 1].pk]) if len(found) > limit else None)


def sign_ins_failed(username: str, *, address: str | None, since: datetime) -> int:
    """Count the failed sign-ins under a name from an address, whatever the name's case."""
    failed = AuditEvent.objects.filter(action=Action.SIGN_IN_FAILED, subject=username.casefold()[:64], at__gte=since)
    return failed.filter(address=address).count()


def events_of_case(refund_id: str, case_id: str, *actions: Action) -> list[AuditEvent]:
    """Return what the log says of a case by these actions, the oldest first. By the refund, which has an index."""
    found = AuditEvent.objects.filter(refund_id=refund_id, case_id=case_id, action__in=actions)
    return list(found.order_by("pk"))
