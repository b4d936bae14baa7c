"""Gathering the facts of refunds: one statement, however many refunds and whatever the accounts' past."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from apps.refunds.drafts import RefundDraft
from apps.refunds.models import ReasonCode, Refund
from apps.risk.commonness import UNMEASURED, Commonness
from apps.risk.counting import age_days
from apps.risk.facts import AccountFacts, Category, ClaimFacts, HabitFacts, PastFacts, RefundFacts
from apps.risk.selectors.claims import CLAIMS, claim_of, claims_together
from apps.risk.selectors.commonness import commonness_of
from apps.risk.selectors.goods import goods_of
from apps.risk.selectors.habits import PLACED, REFUNDED, habits_of
from apps.risk.selectors.money import MONEY, Money, money_of
from apps.risk.selectors.newest import NEWEST, NewestRow
from apps.risk.selectors.policies import NumberedPolicy, policy_published
from apps.risk.selectors.statements import read
from apps.risk.selectors.verification import VERIFICATION, Verification, verification_of

__all__ = ["Gathered", "refunds_facts", "refunds_gather"]


@dataclass(frozen=True)
class Gathered:
    """The facts of refunds, in their order, the policy in force, and how common what they show is among accounts."""

    facts: list[RefundFacts]
    policy: NumberedPolicy
    commonness: Commonness


def refunds_facts(drafts: Sequence[RefundDraft]) -> list[RefundFacts]:
    """Gather what is known of refunds of one client, each at the moment it was requested.

    Refunds that come in together know of one another. One statement, every
    part of it on an index.
    """
    return _read(drafts)[0] if drafts else []


def refunds_gather(drafts: Sequence[RefundDraft]) -> Gathered:
    """Gather the facts of refunds of one client, the policy in force and the newest base rates, in one statement.

    One more whenever a policy or a measurement is new to this process. There must be a refund.
    """
    facts, newest = _read(drafts)
    rates = commonness_of(newest.rates) if newest.rates is not None else UNMEASURED
    return Gathered(facts, policy_published(newest.policy), rates)


def _read(drafts: Sequence[RefundDraft]) -> tuple[list[RefundFacts], NewestRow]:
    refunds = [draft.refund for draft in drafts]
    of_account: defaultdict[int, list[Refund]] = defaultdict(list)
    for refund in refunds:
        of_account[refund.account_id].append(refund)
    together = claims_together(refunds)
    *readings, newest = read(refunds, MONEY, PLACED, REFUNDED, VERIFICATION, CLAIMS, NEWEST)
    rows = zip(refunds, *readings, strict=True)
    facts = [
        _facts(
            draft,
            money_of(refund, money),
            habits_of(refund, placed, refunded, of_account[refund.account_id]),
            verification_of(refund, factors),
            claim_of(refund, claims, together),
        )
        for draft, (refund, money, placed, refunded, factors, claims) in zip(drafts, rows, strict=True)
    ]
    return facts, newest[0][0]


def _facts(
    draft: RefundDraft,
    money: Money,
    habits: tuple[HabitFacts, PastFacts],
    verification: Verification,
    claim: ClaimFacts | None,
) -> RefundFacts:
    refund = draft.refund
    account, at = refund.account, refund.requested_at
    return RefundFacts(
        refund_id=refund.pk,
        order_id=refund.order.external_id,
        requested_at=at,
        category=Category(refund.category),
        amount=refund.amount,
        currency=refund.currency,
        is_minor_purchase=_is_minor_purchase(refund),
        goods=goods_of(draft.concerned, at),
        payment=money.payment,
        destination=money.destination,
        shared_instruments=money.shared,
        account=AccountFacts(account.external_id, age_days(account.registered_at, at), account.is_minor),
        is_verification_told=bool(verification.told),
        verification=verification.factors,
        habits=habits[0],
        past=habits[1],
        claim=claim,
    )


def _is_minor_purchase(refund: Refund) -> bool:
    return refund.account.is_minor or refund.reason_code == ReasonCode.MINOR_PURCHASE
