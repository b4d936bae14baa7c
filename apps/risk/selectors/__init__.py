"""Gathering the facts of refunds: one statement, however many refunds and whatever the accounts' past."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from apps.refunds.drafts import RefundDraft
from apps.refunds.models import ReasonCode, Refund
from apps.risk.commonness import UNMEASURED, Commonness
from apps.risk.counting import PlacedOrder, age_days
from apps.risk.facts import AccountFacts, Category, RefundFacts, ShopFacts
from apps.risk.selectors import contexts
from apps.risk.selectors.claims import CLAIMS, ClaimRow, claim_of, claims_together
from apps.risk.selectors.commonness import commonness_of
from apps.risk.selectors.contexts import DEVICES, NETWORKS, ContextRow, context_of
from apps.risk.selectors.dealing import DEALING, DealingRow, dealing_of
from apps.risk.selectors.goods import goods_of
from apps.risk.selectors.habits import PLACED, REFUNDED, RefundRow, habits_of
from apps.risk.selectors.money import MONEY, MoneyRow, money_of
from apps.risk.selectors.newest import NEWEST, NewestRow
from apps.risk.selectors.policies import NumberedPolicy, policy_published
from apps.risk.selectors.rings import RINGS, RingRow, rings_of
from apps.risk.selectors.shops import SHOPS, shop_of
from apps.risk.selectors.statements import read
from apps.risk.selectors.verification import VERIFICATION, FactorRow, verification_of

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
    together = Together(refunds)
    *readings, newest = read(
        refunds, MONEY, PLACED, REFUNDED, VERIFICATION, CLAIMS, DEVICES, NETWORKS, DEALING, SHOPS, RINGS, NEWEST
    )
    facts = [_facts(draft, together, Rows(*rows)) for draft, *rows in zip(drafts, *readings, strict=True)]
    return facts, newest[0][0]


class Rows(NamedTuple):
    """What was read of one refund, in the order of the readings."""

    paid: list[MoneyRow]
    placed: list[PlacedOrder]
    refunded: list[RefundRow]
    verified: list[FactorRow]
    claimed: list[ClaimRow]
    devices: list[ContextRow]
    networks: list[ContextRow]
    dealt: list[DealingRow]
    shops: list[ShopFacts]
    rings: list[RingRow]


class Together:
    """Refunds that come in together, as those of one account and those of one claim know of one another."""

    def __init__(self, refunds: Sequence[Refund]) -> None:
        self.of_account: defaultdict[int, list[Refund]] = defaultdict(list)
        for refund in refunds:
            self.of_account[refund.account_id].append(refund)
        self.claims = claims_together(refunds)


def _facts(draft: RefundDraft, together: Together, rows: Rows) -> RefundFacts:
    refund = draft.refund
    account, at = refund.account, refund.requested_at
    money, verification = money_of(refund, rows.paid), verification_of(refund, rows.verified)
    habits = habits_of(refund, rows.placed, rows.refunded, together.of_account[refund.account_id])
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
        habits=habits.habits,
        past=habits.past,
        claim=claim_of(refund, rows.claimed, together.claims),
        device=context_of(rows.devices, sample=contexts.DEVICE_SAMPLE),
        network=context_of(rows.networks, sample=contexts.NETWORK_SAMPLE),
        dealing=dealing_of(rows.dealt),
        shop=shop_of(rows.shops),
        rings=rings_of(rows.rings),
        repeat=habits.repeat,
        rhythm=habits.rhythm,
        amounts=habits.amounts,
    )


def _is_minor_purchase(refund: Refund) -> bool:
    return refund.account.is_minor or refund.reason_code == ReasonCode.MINOR_PURCHASE
