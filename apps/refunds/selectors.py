"""Reading refunds."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from apps.common.keysets import Page, page_by_id
from apps.refunds.errors import RefundUnknown, VersionStale
from apps.refunds.models import Origin, Refund


def refunds_whole() -> QuerySet[Refund]:
    """Refunds with what their document needs."""
    return Refund.objects.select_related("client", "order", "account", "shop")


def refund_of_client(refund_id: str, *, client_id: int) -> Refund:
    """Return a client's submitted refund. Raises RefundUnknown, also for another client's."""
    found = refunds_whole().filter(pk=refund_id, client_id=client_id, origin=Origin.LIVE).first()
    if found is None:
        raise RefundUnknown(refund_id=refund_id)
    return found


def refund_submitted(refund_id: str) -> Refund:
    """Return a refund that a client submitted, with its account; history is none. Raises RefundUnknown."""
    found = Refund.objects.select_related("account").filter(pk=refund_id, origin=Origin.LIVE).first()
    if found is None:
        raise RefundUnknown(refund_id=refund_id)
    return found


def refund_locked(refund_id: str, *, client_id: int | None = None, expected_version: int | None = None) -> Refund:
    """Return the refund with its row locked until the transaction ends.

    Two callers who both want to move it wait for one another here, and the
    second sees what the first did. Raises RefundUnknown, VersionStale.
    """
    rows = refunds_whole().select_for_update(of=("self",)).filter(pk=refund_id, origin=Origin.LIVE)
    if client_id is not None:
        rows = rows.filter(client_id=client_id)
    found = rows.first()
    if found is None:
        raise RefundUnknown(refund_id=refund_id)
    if expected_version is not None and expected_version != found.version:
        raise VersionStale(version=found.version)
    return found


def refunds_locked(refund_ids: Collection[str]) -> list[Refund]:
    """Return those of the refunds that nobody else has locked, with their rows locked until the transaction ends."""
    rows = refunds_whole().select_for_update(of=("self",), skip_locked=True)
    return list(rows.filter(pk__in=refund_ids, origin=Origin.LIVE).order_by("pk"))


@dataclass(frozen=True)
class RefundFilter:
    """What a client may narrow its list by."""

    status: str | None = None
    account_id: str | None = None
    order_id: str | None = None
    reference: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


def refunds_of_client(client_id: int, wanted: RefundFilter, *, limit: int, cursor: str | None) -> Page[Refund]:
    """Return one page of a client's submitted refunds, newest first. Raises CursorUnreadable."""
    conditions = {
        "status": wanted.status,
        "account__external_id": wanted.account_id,
        "order__external_id": wanted.order_id,
        "reference": wanted.reference,
        "created_at__gt": wanted.created_after,
        "created_at__lt": wanted.created_before,
    }
    rows = refunds_whole().filter(
        client_id=client_id,
        origin=Origin.LIVE,
        **{name: value for name, value in conditions.items() if value is not None},
    )
    return page_by_id(rows, limit=limit, cursor=cursor)


def refund_ids_named(text: str) -> list[str]:
    """Return our ids of the submitted refunds with this reference or id."""
    named = Refund.objects.filter(Q(reference=text) | Q(pk=text), origin=Origin.LIVE)
    return list(named.order_by("pk").values_list("pk", flat=True))


def references_of(refund_ids: Iterable[str]) -> dict[str, str]:
    """Return the client's references by our ids."""
    return dict(Refund.objects.filter(pk__in=set(refund_ids)).values_list("pk", "reference"))
