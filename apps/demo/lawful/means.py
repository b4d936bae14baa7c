"""What people pay with and come from: cards, wallets, credit lines, phones, networks."""

import random

from apps.demo.seeded import digits, token, weighted
from apps.demo.trade import Device, Instrument, Language
from apps.marketplace.models import InstrumentType

_CHINESE_APPS = (
    "GalaxyMall/6.14.2 (iPhone; iOS 18.6; Scale/3.00)",
    "GalaxyMall/6.14.2 (iPhone; iOS 26.1; Scale/3.00)",
    "GalaxyMall/6.14.0 (Android 15; V2309A)",
    "GalaxyMall/6.13.8 (Android 14; 23127PN0CC)",
    "GalaxyMall/6.14.1 (HarmonyOS 5.0; ALN-AL00)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
)
_ENGLISH_APPS = (
    "GalaxyMall/6.14.2 (iPhone; iOS 26.1; Scale/3.00)",
    "GalaxyMall/6.14.0 (Android 16; Pixel 9)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
)


def device(chance: random.Random, language: Language) -> Device:
    """Return a device with the network it usually comes from: an address set aside for documents or tests."""
    apps = _CHINESE_APPS if language is Language.CHINESE else _ENGLISH_APPS
    if chance.random() < 0.45:
        ip = f"2001:db8:{chance.randrange(0x100, 0xFFFF):x}::{chance.randrange(0x10, 0xFFFF):x}"
    else:
        ip = f"198.{chance.choice((18, 19))}.{chance.randrange(1, 255)}.{chance.randrange(2, 254)}"
    return Device(f"d-{token(chance, 12)}", ip, chance.choice(apps))


def bank_card(chance: random.Random, holder: str, last4: str = "") -> Instrument:
    """Return a debit card."""
    return Instrument(InstrumentType.BANK_CARD, f"bc_{token(chance)}", last4 or digits(chance, 4), "UnionPay", holder)


def credit_card(chance: random.Random, holder: str, language: Language = Language.CHINESE) -> Instrument:
    """Return a credit card."""
    brands = (
        (("UnionPay", 5.0), ("Visa", 1.0)) if language is Language.CHINESE else (("Visa", 3.0), ("Mastercard", 2.0))
    )
    return Instrument(
        InstrumentType.CREDIT_CARD, f"cc_{token(chance)}", digits(chance, 4), weighted(chance, brands), holder
    )


def wallet(chance: random.Random, holder: str, language: Language = Language.CHINESE) -> Instrument:
    """Return a wallet of the mall's own brand."""
    brand = "星河钱包" if language is Language.CHINESE else "Galaxy Wallet"
    return Instrument(InstrumentType.WALLET, f"wl_{token(chance)}", digits(chance, 4), brand, holder)


def credit_line(chance: random.Random, holder: str) -> Instrument:
    """Return a credit line: goods now, money later."""
    return Instrument(InstrumentType.CREDIT_LINE, f"cl_{token(chance)}", digits(chance, 4), "星河月付", holder)
