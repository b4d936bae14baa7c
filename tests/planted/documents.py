"""A world as the API's own objects: history, and what goes on while it is watched, both in order of time."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from tests.planted.calendar import LIVE
from tests.planted.things import Ask, Instrument, Person, Place, Purchase, Shop, Transfer, Use, World

Document = dict[str, Any]
CURRENCY = "CNY"
_SECOND = timedelta(seconds=1)


def history(world: World) -> Iterator[Document]:
    """Yield what was before: lines for `import_history`."""
    yield from _parties(world, is_live=False)
    happened = [(at, line) for at, line in _trade(world) if at < LIVE]
    happened += [(ask.at, _settled(ask)) for ask in world.asks if ask.at < LIVE]
    yield from _in_order(happened)


def live(world: World) -> list[tuple[datetime, Document]]:
    """Return what is told from then on, with its moment; a `refund` line is a body of POST /refunds with its type."""
    happens = [(at, line) for at, line in _trade(world) if at >= LIVE]
    happens += [(person.registered_at, account(person)) for person in world.people if person.registered_at >= LIVE]
    happens += [(shop.opened_at, shop_document(shop)) for shop in world.shops if shop.opened_at >= LIVE]
    happens += [(ask.at, {"type": "refund", **refund(ask)}) for ask in world.asks if ask.at >= LIVE]
    return sorted(happens, key=_by_time)


def labels(world: World) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield what everything truly is: what, id, technique, kind, group, role."""
    named = [("account", person.id, person.label) for person in world.people]
    named += [("shop", shop.id, shop.label) for shop in world.shops]
    named += [("refund", ask.reference, ask.label) for ask in world.asks]
    for what, name, label in sorted(named, key=lambda row: row[:2]):
        yield what, name, str(label.technique), label.kind, label.group, label.role


def _by_time(line: tuple[datetime, Document]) -> tuple[datetime, str]:
    # Random ids break ties, so that the order of what was made says nothing.
    return line[0], str(line[1].get("id") or line[1]["reference"])


def _in_order(lines: Iterable[tuple[datetime, Document]]) -> Iterator[Document]:
    return (line for _at, line in sorted(lines, key=_by_time))


def _parties(world: World, *, is_live: bool) -> Iterator[Document]:
    yield from (account(person) for person in world.people if (person.registered_at >= LIVE) is is_live)
    yield from (shop_document(shop) for shop in world.shops if (shop.opened_at >= LIVE) is is_live)


def _trade(world: World) -> Iterator[tuple[datetime, Document]]:
    yield from ((one.at, {"type": "order", **order(one)}) for one in world.purchases)
    yield from ((one.at, _transfer(one)) for one in world.transfers)


def account(person: Person) -> Document:
    """Return an account."""
    return {
        "type": "account",
        "id": person.id,
        "registered_at": _written(person.registered_at),
        "is_minor": person.is_minor,
        "verification": {kind: _factor(person, kind) for kind in sorted(person.states)},
    }


def _factor(person: Person, kind: str) -> Document:
    state = person.states[kind]
    since = person.registered_at + timedelta(hours=1)
    factor: Document = {"status": "verified" if state == "name_mismatch" else state, "fingerprint": person.marks[kind]}
    if factor["status"] == "verified":
        factor |= {"verified_at": _written(since), "name_match": state != "name_mismatch"}
    return factor


def shop_document(shop: Shop) -> Document:
    """Return a shop."""
    document = {"type": "shop", "id": shop.id, "name": f"Shop {shop.id[1:]}", "registered_at": _written(shop.opened_at)}
    return document | ({"owner_account_id": shop.told_owner} if shop.told_owner else {})


def order(purchase: Purchase, used: dict[int, Use] | None = None) -> Document:
    """Return an order; `used` says by line how far the goods are used by now."""
    lines = []
    for place, bought in enumerate(purchase.lines):
        line: Document = {
            "id": str(place + 1),
            "sku": bought.goods.sku,
            "title": bought.goods.title,
            "category": bought.goods.category,
            "quantity": bought.quantity,
            "unit_amount": bought.goods.face,
            "amount": bought.amount,
        }
        lines.append(line | _used(purchase.at, (used or {}).get(place)))
    return {
        "id": purchase.id,
        "account_id": purchase.buyer.id,
        "shop_id": purchase.shop.id,
        "placed_at": _written(purchase.at),
        "currency": CURRENCY,
        "lines": lines,
        "payments": [
            {
                "id": f"p{purchase.id[1:]}-{index}",
                "paid_at": _written(purchase.at + _SECOND),
                "amount": payment.amount,
                "instrument": _instrument(payment.instrument),
                **({"payer_account_id": payment.payer} if payment.payer else {}),
            }
            for index, payment in enumerate(purchase.payments)
        ],
        "context": _context(purchase.place),
    }


def _used(at: datetime, use: Use | None) -> Document:
    if use is None or use.delivery is None:
        return {}
    seen = _written(at + timedelta(minutes=use.after_minutes))
    delivery = {"status": use.delivery} | ({"at": seen} if use.delivery == "viewed" else {})
    if use.percent is None:
        return {"delivery": delivery}
    first_used = {"first_used_at": seen} if use.percent else {}
    return {"delivery": delivery, "consumption": {"percent": use.percent} | first_used}


def refund(ask: Ask) -> Document:
    """Return a body of POST /refunds; the order comes along with what is known of its use by then."""
    used = {place: _until(ask, ask.use) for place, _amount in ask.amounts}
    document: Document = {
        "reference": ask.reference,
        "requested_at": _written(ask.at),
        "amount": ask.amount,
        "currency": CURRENCY,
        "reason": {"code": ask.reason} | ({"text": ask.text} if ask.text else {}),
        "channel": "app",
        "order": order(ask.purchase, used),
        "lines": [{"id": str(place + 1), "amount": amount} for place, amount in ask.amounts],
        "context": _context(ask.place),
    }
    return document | ({"destination": _instrument(ask.destination)} if ask.destination else {})


def _until(ask: Ask, use: Use) -> Use:
    """Whatever was seen or used, was so before the request."""
    minutes = (ask.at - ask.purchase.at).total_seconds() / 60
    return Use(use.delivery, use.percent, min(use.after_minutes, minutes * 0.9))


def _settled(ask: Ask) -> Document:
    decided_at = min(ask.at + timedelta(hours=6), LIVE - _SECOND)
    outcome = "denied" if ask.was_denied else "paid"
    return {"type": "refund", **refund(ask), "outcome": outcome, "decided_at": _written(max(decided_at, ask.at))}


def _transfer(sent: Transfer) -> Document:
    return {
        "type": "transfer",
        "id": sent.id,
        "at": _written(sent.at),
        "amount": sent.amount,
        "currency": CURRENCY,
        "from_account_id": sent.sender,
        "to_account_id": sent.receiver,
    }


def _instrument(used: Instrument) -> Document:
    document = {"type": used.type, "fingerprint": used.fingerprint}
    return document | ({"holder_account_id": used.holder} if used.holder else {})


def _context(place: Place) -> Document:
    return {"ip": place.ip, "device_id": place.device}


def _written(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def written(document: Document) -> str:
    """Return a line of NDJSON."""
    return json.dumps(document, ensure_ascii=False) + "\n"
