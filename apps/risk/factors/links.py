"""What ties the buyer to others: a device, an address on the net, the owner of the shop."""

from typing import Any

from apps.rings.kinds import Kind
from apps.risk.factors.factor import Factor, RecordKind, Unit, earned, reached, records, weighs
from apps.risk.factors.rings import ring_factor
from apps.risk.factors.rule import Rule
from apps.risk.facts import RefundFacts, SharedContext, ShopFacts, Tie
from apps.risk.policy import Care, FactorCode, Points
from apps.risk.policy.links import SharedDevice, SharedIp, ShopBuyerLink, ShopConcentration
from apps.risk.windows import DEVICE_DAYS, NETWORK_DAYS


def shared_device(facts: RefundFacts, settings: SharedDevice, care: Care) -> Factor | None:
    """Other accounts buy or ask for refunds from the same device."""
    return _shared(facts.device, settings, care, code=FactorCode.SHARED_DEVICE, days=DEVICE_DAYS)


def shared_ip(facts: RefundFacts, settings: SharedIp, care: Care) -> Factor | None:
    """Other accounts come from the same address on the net; weighs little, as networks are shared."""
    return _shared(facts.network, settings, care, code=FactorCode.SHARED_IP, days=NETWORK_DAYS)


def _shared(
    shared: SharedContext | None, settings: SharedDevice | SharedIp, care: Care, *, code: FactorCode, days: int
) -> Factor | None:
    """Weigh a context; one that very many use is public, is named as such and weighs nothing."""
    if shared is None:
        return None
    band = reached(settings.bands, shared.accounts)
    is_hub = shared.accounts >= settings.hub_from
    points = 0 if is_hub else weighs(band.points, care) if band else None
    if band is None or points is None:
        return None
    return Factor(
        code=code,
        rule="hub" if is_hub else "accounts",
        points=points,
        observed=shared.accounts,
        threshold=settings.hub_from if is_hub else band.threshold,
        unit=Unit.COUNT,
        window_hours=24 * days,
        numbers={},
        records=records(RecordKind.ACCOUNT, shared.account_ids),
    )


def shop_buyer_link(facts: RefundFacts, settings: ShopBuyerLink, care: Care) -> Factor | None:
    """The buyer is the owner of the shop or tied to them, or both are in a ring of self-dealing; what weighs most."""
    found = [_tied(facts, settings, care), ring_factor(facts, Kind.SELF_DEALING, settings.ring, care)]
    return max((factor for factor in found if factor is not None), key=lambda factor: factor.points, default=None)


def _tied(facts: RefundFacts, settings: ShopBuyerLink, care: Care) -> Factor | None:
    dealing = facts.dealing
    if dealing is None or not dealing.ties:
        return None
    weighed = [(points, tie) for tie in dealing.ties if (points := weighs(_points(tie, settings), care)) is not None]
    if not weighed:
        return None
    points, tie = max(weighed, key=lambda pair: pair[0])
    return Factor(
        code=FactorCode.SHOP_BUYER_LINK,
        rule=tie.value,
        points=points,
        observed=len(dealing.ties),
        threshold=None,
        unit=Unit.COUNT,
        window_hours=0,
        numbers={"owner": dealing.owner},
        records=records(RecordKind.ACCOUNT, [dealing.owner]),
    )


def _points(tie: Tie, settings: ShopBuyerLink) -> Points:
    by_tie = {
        Tie.OWNER: settings.owner,
        Tie.ID_DOCUMENT: settings.identity,
        Tie.BANK_CARD: settings.identity,
        Tie.PHONE: settings.phone,
        Tie.DESTINATION: settings.money,
        Tie.PAYER: settings.money,
        Tie.INSTRUMENT: settings.money,
        Tie.DEVICE: settings.device,
    }
    return by_tie[tie]


def shop_concentration(facts: RefundFacts, settings: ShopConcentration, care: Care) -> Factor | None:
    """Few buyers are most of the shop, this one among them, or the shop sells many times what it used to."""
    shop = facts.shop
    if shop is None or shop.orders < settings.least_orders:
        return None
    found = [_top(facts, shop, settings, care), _surge(facts, shop, settings, care)]
    return max((factor for factor in found if factor is not None), key=lambda factor: factor.points, default=None)


def _top(facts: RefundFacts, shop: ShopFacts, settings: ShopConcentration, care: Care) -> Factor | None:
    share = 100 * shop.top_orders / shop.orders
    hit = earned(reached(settings.top, share) if shop.is_top_buyer else None, care)
    if hit is None:
        return None
    return Factor(
        code=FactorCode.SHOP_CONCENTRATION,
        rule="top",
        points=hit.points,
        observed=round(share, 2),
        threshold=hit.threshold,
        unit=Unit.PERCENT,
        window_hours=24 * shop.days,
        numbers={"orders": shop.orders, "buyers": shop.buyers},
        records=records(RecordKind.ACCOUNT, [facts.account.id]),
    )


def _surge(facts: RefundFacts, shop: ShopFacts, settings: ShopConcentration, care: Care) -> Factor | None:
    points = weighs(settings.surge, care)
    if points is None or shop.usual_week is None or shop.week_orders < settings.surge_times * max(shop.usual_week, 1):
        return None
    return Factor(
        code=FactorCode.SHOP_CONCENTRATION,
        rule="surge",
        points=points,
        observed=shop.week_orders,
        threshold=None,
        unit=Unit.COUNT,
        window_hours=7 * 24,
        numbers={"usual": round(shop.usual_week, 1)},
        records=records(RecordKind.ORDER, [facts.order_id]),
    )


RULES: tuple[Rule[Any], ...] = (
    Rule(SharedDevice, shared_device),
    Rule(SharedIp, shared_ip),
    Rule(ShopBuyerLink, shop_buyer_link),
    Rule(ShopConcentration, shop_concentration),
)
