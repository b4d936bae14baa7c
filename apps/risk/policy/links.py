"""Settings of the factors in `factors.links` and `factors.rings`: what ties the buyer to others."""

from typing import ClassVar

from apps.risk.policy.codes import FactorCode
from apps.risk.policy.settings import Count, FactorSettings, Points, Reached, Settings


class SharedDevice(FactorSettings):
    """Other accounts in 180 days: at least; from `hub_from` on it is a public device, which weighs nothing."""

    code: ClassVar = FactorCode.SHARED_DEVICE

    bands: Reached
    hub_from: Count


class SharedIp(FactorSettings):
    """Other accounts in 30 days: at least; from `hub_from` on it is a public network, which weighs nothing."""

    code: ClassVar = FactorCode.SHARED_IP

    bands: Reached
    hub_from: Count


class RingPoints(Settings):
    """Points of members of a ring.

    At its edge stand those who only pay into it or receive from it, and the
    buyers of a shop in it. The edge of a confirmed ring weighs as a suspected
    one.
    """

    confirmed: Points
    suspected: Points
    edge: Points


class ShopBuyerLink(FactorSettings):
    """Buyer and owner of the shop are one, one person by document or card, or share something else; or a ring."""

    code: ClassVar = FactorCode.SHOP_BUYER_LINK

    owner: Points
    identity: Points
    money: Points
    phone: Points
    device: Points
    ring: RingPoints


class ShopConcentration(FactorSettings):
    """The buyer is one of the five who placed most of the shop's orders in 30 days, or the shop sells as never before.

    `top`: their percentage of the orders, at least, of `least_orders` or more.
    `surge_times`: orders of the last seven days against a usual week.
    """

    code: ClassVar = FactorCode.SHOP_CONCENTRATION

    top: Reached
    least_orders: Count
    surge_times: Count
    surge: Points


class RingSettings(FactorSettings):
    """Member of a ring of one kind."""

    ring: RingPoints


class DenseBlock(RingSettings):
    """Member of a dense block of accounts and shops."""

    code: ClassVar = FactorCode.DENSE_BLOCK


class MoneyCycle(RingSettings):
    """Member of a circle of money."""

    code: ClassVar = FactorCode.MONEY_CYCLE


class FanIn(RingSettings):
    """Member of a fan-in: many pay one."""

    code: ClassVar = FactorCode.FAN_IN


class FanOut(RingSettings):
    """Member of a fan-out: one pays many."""

    code: ClassVar = FactorCode.FAN_OUT


class PassThrough(RingSettings):
    """Passes on what comes in."""

    code: ClassVar = FactorCode.PASS_THROUGH
