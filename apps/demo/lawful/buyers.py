"""Some three hundred honest accounts."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from faker import Faker

from apps.demo.hours import moment_between
from apps.demo.lawful.means import bank_card, credit_card, credit_line, device, wallet
from apps.demo.lawful.verification import factors
from apps.demo.numbers import Numbers
from apps.demo.seeded import digits, faker, stream, weighted
from apps.demo.trade import Buyer, Instrument, Language

BUYERS = 300
_MINORS = 5
_HOUSEHOLDS = 7
_PREFIXES = (134, 135, 136, 137, 138, 139, 147, 150, 151, 158, 159, 166, 176, 178, 181, 186, 187, 189, 191, 199)
_AGES = (((1, 8), 7.0), ((8, 30), 6.0), ((30, 90), 8.0), ((90, 365), 27.0), ((365, 1_450), 52.0))


def lawful_buyers(numbers: Numbers, now: datetime) -> list[Buyer]:
    """Return the buyers, the oldest account first, as its lower id says."""
    chance = stream("buyers")
    names = {
        Language.CHINESE: faker("zh_CN", "names"),
        Language.ENGLISH: faker("en_US", "names"),
    }
    registrations = sorted(_registered(chance, now) for _ in range(BUYERS))
    buyers = []
    for registered_at in registrations:
        language = weighted(chance, ((Language.CHINESE, 82.0), (Language.ENGLISH, 18.0)))
        account = numbers.account(registered_at)
        buyers.append(_buyer(chance, account, names[language], language=language, since=registered_at, now=now))
    return _households(chance, _minors(chance, buyers))


def phone_number(chance: random.Random, language: Language) -> str:
    """Return a mobile number in E.164."""
    if language is Language.CHINESE:
        return f"+86{chance.choice(_PREFIXES)}{chance.randrange(10**8):08d}"
    return f"+1{digits(chance, 3)}555{chance.randrange(100, 200):04d}"


def card_number(chance: random.Random, last4: str) -> str:
    """Return the number of a debit card that ends so."""
    return f"62{digits(chance, 13)}{last4}"


def _registered(chance: random.Random, now: datetime) -> datetime:
    youngest, oldest = weighted(chance, _AGES)
    return moment_between(chance, now - timedelta(days=oldest), now - timedelta(days=youngest))


def _buyer(
    chance: random.Random, account: str, names: Faker, *, language: Language, since: datetime, now: datetime
) -> Buyer:
    phone = phone_number(chance, language)
    card = bank_card(chance, account)
    return Buyer(
        id=account,
        name=names.name() if language is Language.CHINESE else f"{names.first_name()} {names.last_name()}",
        language=language,
        registered_at=since,
        phone=phone,
        email=f"{names.user_name()}{chance.randrange(10, 99)}@example.{chance.choice(('com', 'net', 'org'))}",
        verification=factors(
            chance,
            language=language,
            registered_at=since,
            now=now,
            phone=phone,
            card=card_number(chance, card.last4),
        ),
        instruments=_instruments(chance, account, language, card),
        device=device(chance, language),
    )


def _instruments(chance: random.Random, account: str, language: Language, card: Instrument) -> tuple[Instrument, ...]:
    """Return one to three; the first is used most."""
    if language is Language.ENGLISH:
        owned = [credit_card(chance, account, language), wallet(chance, account, language), card]
        return tuple(owned[: chance.choice((1, 1, 2, 3))])
    owned = [card, wallet(chance, account)]
    chance.shuffle(owned)
    if chance.random() < 0.3:
        owned.append(credit_card(chance, account))
    if chance.random() < 0.15:
        owned.append(credit_line(chance, account))
    return tuple(owned)


def _minors(chance: random.Random, buyers: list[Buyer]) -> list[Buyer]:
    young = set(chance.sample([buyer.id for buyer in buyers if buyer.language is Language.CHINESE], _MINORS))
    return [replace(buyer, is_minor=True) if buyer.id in young else buyer for buyer in buyers]


def _households(chance: random.Random, buyers: list[Buyer]) -> list[Buyer]:
    """Let some pairs share a phone and a card, as families do."""
    by_id = {buyer.id: buyer for buyer in buyers}
    ready = [b.id for b in buyers if b.language is Language.CHINESE and {"phone", "bank_card"} <= b.verification.keys()]
    members = chance.sample(ready, 2 * _HOUSEHOLDS)
    for first, second in zip(members[::2], members[1::2], strict=True):
        shared = {kind: by_id[first].verification[kind] for kind in ("phone", "bank_card")}
        by_id[second] = replace(
            by_id[second],
            phone=by_id[first].phone,
            verification={**by_id[second].verification, **shared},
            instruments=(by_id[first].instruments[0], *by_id[second].instruments[1:]),
        )
    return list(by_id.values())
