"""Cases that belong together, and cases that are alike. Each way to a case is one look into one index."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import CharField, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.identity.models import FactorKind, VerificationFactor
from apps.marketplace.models import Account, Instrument
from apps.refunds.models import Refund
from apps.reviews.likeness import LEAST, codes_against, likeness
from apps.reviews.models import CaseStatus, ReviewCase
from apps.reviews.searching import NEWEST_FIRST
from apps.rings.kinds import AT_THE_EDGE
from apps.rings.models import RingMember, RingStatus

# The newest of each way.
MOST = 40
# Of the newest decided cases with the same leading factor that are compared, and shown.
_COMPARED, ALIKE_SHOWN = 100, 5


class Way(StrEnum):
    """What two cases have in common, the weightiest first."""

    ACCOUNT = "account"
    RING = "ring"
    ID_DOCUMENT = "id_document"
    BANK_CARD = "bank_card"
    PHONE = "phone"
    INSTRUMENT = "instrument"
    DEVICE = "device"
    SHOP = "shop"


# What a family, a public device or a popular shop may have in common as well.
LOOSE = frozenset({Way.PHONE, Way.DEVICE, Way.SHOP})

WAY_WORDS: dict[Way, str | Promise] = {
    Way.ACCOUNT: _("same account"),
    Way.RING: _("same ring"),
    Way.ID_DOCUMENT: _("same document"),
    Way.BANK_CARD: _("same bank card"),
    Way.PHONE: _("same phone"),
    Way.INSTRUMENT: _("same instrument"),
    Way.DEVICE: _("same device"),
    Way.SHOP: _("same shop"),
}
_OF_FACTOR = {FactorKind.ID_DOCUMENT: Way.ID_DOCUMENT, FactorKind.BANK_CARD: Way.BANK_CARD, FactorKind.PHONE: Way.PHONE}


@dataclass(frozen=True)
class LinkedCase:
    """A case and what it has in common with another, the weightiest first."""

    case: ReviewCase
    ways: list[Way]


@dataclass(frozen=True)
class AlikeCases:
    """How the cases most like another were decided: all that were compared by outcome, and the most alike of them."""

    outcomes: dict[str, int]
    nearest: list[ReviewCase]

    @property
    def count(self) -> int:
        """Return how many were like it."""
        return sum(self.outcomes.values())


def linked_cases(refund: Refund, *, with_shop: bool = False, with_itself: bool = False) -> list[LinkedCase]:
    """Return other refunds' cases that belong to this one, the newest first, open and closed. Three statements.

    A shop links its open cases only, and only when asked for: most shops have
    many cases that have nothing to do with each other.
    """
    ways = _ways(refund)
    if with_shop:
        ways[Way.SHOP] = [ReviewCase.objects.filter(refund__shop=refund.shop_id).exclude(status=CaseStatus.CLOSED)]
    parts = [
        (rows if with_itself else rows.exclude(refund=refund.pk))
        .order_by(NEWEST_FIRST)
        .annotate(way=Value(way.value, output_field=CharField()))
        .values_list("pk", "way")[:MOST]
        for way, several in ways.items()
        for rows in several
    ]
    found: defaultdict[str, set[Way]] = defaultdict(set)
    for case_id, way in parts[0].union(*parts[1:], all=True):
        found[case_id].add(Way(way))
    order = list(Way)
    return [LinkedCase(case, sorted(found[case.pk], key=order.index)) for case in _whole(found.keys()).order_by("-pk")]


def alike_cases(case: ReviewCase) -> AlikeCases:
    """Return how like cases were decided. Two statements; none where no factor leads."""
    if not case.leading:
        return AlikeCases({}, [])
    codes = codes_against(case.refund.assessment.factors)
    closed = ReviewCase.objects.filter(status=CaseStatus.CLOSED, leading=case.leading, category=case.category)
    newest = closed.exclude(refund=case.refund_id).order_by("-closed_at")[:_COMPARED]
    rows = newest.values_list("pk", "decision__outcome", "refund__assessment__factors")
    # What was withdrawn has no decision.
    alike = [(likeness(codes, codes_against(factors)), pk, outcome) for pk, outcome, factors in rows if outcome]
    alike = [each for each in sorted(alike, reverse=True) if each[0] >= LEAST]
    nearest = [pk for _score, pk, _outcome in alike[:ALIKE_SHOWN]]
    by_id = {row.pk: row for row in _whole(nearest)}
    return AlikeCases(dict(Counter(outcome for _score, _pk, outcome in alike)), [by_id[pk] for pk in nearest])


def _ways(refund: Refund) -> dict[Way, list[QuerySet[ReviewCase]]]:
    cases = ReviewCase.objects
    account, subject, client = refund.account_id, refund.account.subject_id, refund.client_id
    together = _together(account).values("account")
    ways: dict[Way, list[QuerySet[ReviewCase]]] = {
        Way.ACCOUNT: [cases.filter(refund__account=account)],
        Way.RING: [cases.filter(refund__account__in=together).exclude(refund__account=account)],
    }
    for way, same in _of_the_same_person(subject):
        ways[way] = [
            cases.filter(refund__client=client, refund__account__subject__in=same).exclude(refund__account=account)
        ]
    paid = Instrument.objects.filter(payments__order=refund.order_id).values("pk")
    ways[Way.INSTRUMENT] = [cases.filter(refund__destination__in=paid).exclude(refund__account=account)]
    if refund.destination_id is not None:
        ways[Way.INSTRUMENT].append(
            cases.filter(refund__destination=refund.destination_id).exclude(refund__account=account)
        )
    devices = sorted({device for device in (refund.device_id, refund.order.device_id) if device})
    if devices:
        of_device = cases.filter(refund__client=client).exclude(refund__account=account)
        ways[Way.DEVICE] = [of_device.filter(refund__device_id__in=devices)]
    return ways


def close_accounts(refund: Refund) -> dict[int, Way]:
    """Return the accounts that are as good as the same hand, with the weightiest way to each.

    Its own, those of the same document or bank card, and those that make a
    ring with it which was not dismissed. Phones, devices and shops are shared
    by people who have nothing to do with each other.
    """
    found = {refund.account_id: Way.ACCOUNT}
    for account in _together(refund.account_id).values_list("account", flat=True):
        if account is not None:
            found.setdefault(account, Way.RING)
    for way, same in _of_the_same_person(refund.account.subject_id):
        if way in LOOSE:
            continue
        for account in Account.objects.filter(client=refund.client_id, subject__in=same).values_list("pk", flat=True):
            found.setdefault(account, way)
    return found


def cases_together(case_ids: Iterable[str]) -> list[ReviewCase]:
    """Return these cases, the newest first."""
    return list(_whole(case_ids).order_by("-pk"))


def _of_the_same_person(subject_id: int | None) -> Iterator[tuple[Way, QuerySet[VerificationFactor, int]]]:
    """Yield, for each factor of a subject that can be matched, who has the same; one statement, and those it gives."""
    matchable = VerificationFactor.objects.exclude(match_hash=b"")
    if subject_id is None:
        return
    # Asked first: the planner finds the index of the hashes for one that it is told, not for a sub-select of one.
    for kind, match_hash in matchable.filter(subject=subject_id).values_list("kind", "match_hash"):
        same = matchable.filter(kind=kind, match_hash=bytes(match_hash))
        yield _OF_FACTOR[FactorKind(kind)], same.values_list("subject", flat=True)


def _together(account_id: int) -> QuerySet[RingMember]:
    """The accounts that make a ring with this one; those at its edge may be the ones who were robbed."""
    members = RingMember.objects.exclude(role__in=[role.value for role in AT_THE_EDGE])
    rings = members.filter(account=account_id).exclude(ring__status=RingStatus.DISMISSED).values("ring")
    return members.filter(ring__in=rings, account__isnull=False)


def _whole(case_ids: Iterable[str]) -> QuerySet[ReviewCase]:
    return (
        ReviewCase.objects.filter(pk__in=list(case_ids))
        .select_related(
            "queue",
            "holder",
            "decision__person",
            "refund__account",
            "refund__shop",
            "refund__assessment",
            "refund__client",
        )
        .defer("refund__assessment__facts", "pieces")
    )
