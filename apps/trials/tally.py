"""What a backtest found, counted up refund by refund. Pure; of bounded size however many refunds there are."""

from typing import Any

import msgspec

from apps.risk.policy import Outcome
from apps.trials.techniques import techniques_of
from apps.trials.weighing import Compared, Decided

# Of shops only those whose load changes are kept, and of refunds the ones that change most.
SHOPS_KEPT = 500
CHANGED_KEPT = 50


class Moved(msgspec.Struct):
    """Refunds that went one way, and their money by currency."""

    refunds: int = 0
    money: dict[str, int] = {}


class Load(msgspec.Struct):
    """How many refunds there were, and how many go to a person: before, and after."""

    refunds: int = 0
    before: int = 0
    after: int = 0


class Fired(msgspec.Struct):
    """How many refunds a factor spoke against, and how many of those only afterwards."""

    before: int = 0
    after: int = 0
    newly: int = 0


class Agreement(msgspec.Struct):
    """Of `refunds` that ended one way, how many the policy would have treated so: before, and after."""

    refunds: int = 0
    before: int = 0
    after: int = 0


class Changed(msgspec.Struct):
    """A refund that comes out otherwise."""

    refund_id: str
    score_before: int
    score_after: int
    outcome_before: str
    outcome_after: str
    decided: str


class Tally(msgspec.Struct):
    """The findings. Keys of `outcomes` and `levels` are `before>after`; days are ISO dates in UTC."""

    weighed: int = 0
    failed: int = 0
    changed: int = 0
    outcomes: dict[str, Moved] = {}
    levels: dict[str, int] = {}
    techniques: dict[str, Load] = {}
    categories: dict[str, Load] = {}
    clients: dict[str, Load] = {}
    shops: dict[str, Load] = {}
    shops_left_out: int = 0
    days: dict[str, Load] = {}
    factors: dict[str, Fired] = {}
    denied: Agreement = msgspec.field(default_factory=Agreement)
    approved: Agreement = msgspec.field(default_factory=Agreement)
    most_changed: list[Changed] = []


def tally_from(document: dict[str, Any]) -> Tally:
    """Return the tally that `tally_document` wrote; an empty one of an empty document."""
    return msgspec.convert(document, Tally)


def tally_document(tally: Tally) -> dict[str, Any]:
    """Return the tally as JSON holds it."""
    document: dict[str, Any] = msgspec.to_builtins(tally)
    return document


def tally_add(tally: Tally, seen: Compared) -> None:
    """Count one refund."""
    before, after = seen.before, seen.after
    tally.weighed += 1
    tally.failed += after.is_failed
    moved = tally.outcomes.setdefault(f"{before.outcome}>{after.outcome}", Moved())
    moved.refunds += 1
    moved.money[seen.currency] = moved.money.get(seen.currency, 0) + seen.amount
    levels = f"{before.level}>{after.level}"
    tally.levels[levels] = tally.levels.get(levels, 0) + 1
    for technique in techniques_of(before.codes | after.codes):
        _load(tally.techniques, technique.value, seen)
    _load(tally.categories, seen.category, seen)
    _load(tally.clients, seen.client, seen)
    _load(tally.days, seen.day.isoformat(), seen)
    _factors(tally, seen)
    _agreement(tally, seen)
    if before.outcome != after.outcome:
        _change(tally, seen)


def trimmed(tally: Tally) -> None:
    """Forget all but the refunds that change most; called now and then, so that adding stays cheap."""
    tally.most_changed.sort(key=lambda one: (-abs(one.score_after - one.score_before), one.refund_id))
    del tally.most_changed[CHANGED_KEPT:]


def _load(loads: dict[str, Load], name: str, seen: Compared) -> None:
    load = loads.setdefault(name, Load())
    load.refunds += 1
    load.before += seen.before.outcome == Outcome.REVIEW
    load.after += seen.after.outcome == Outcome.REVIEW


def _factors(tally: Tally, seen: Compared) -> None:
    for code in seen.before.codes | seen.after.codes:
        fired = tally.factors.setdefault(code, Fired())
        fired.before += code in seen.before.codes
        fired.after += code in seen.after.codes
        fired.newly += code not in seen.before.codes


def _agreement(tally: Tally, seen: Compared) -> None:
    """A denied refund should come before a person, an approved one should be cleared."""
    if seen.decided is Decided.NEITHER:
        return
    found, wanted = (
        (tally.denied, Outcome.REVIEW) if seen.decided is Decided.DENIED else (tally.approved, Outcome.CLEAR)
    )
    found.refunds += 1
    found.before += seen.before.outcome == wanted
    found.after += seen.after.outcome == wanted


def _change(tally: Tally, seen: Compared) -> None:
    tally.changed += 1
    name = f"{seen.client} · {seen.shop}"
    if name in tally.shops or len(tally.shops) < SHOPS_KEPT:
        _load(tally.shops, name, seen)
    else:
        tally.shops_left_out += 1
    tally.most_changed.append(
        Changed(
            refund_id=seen.refund_id,
            score_before=seen.before.score,
            score_after=seen.after.score,
            outcome_before=seen.before.outcome,
            outcome_after=seen.after.outcome,
            decided=seen.decided.value,
        )
    )
