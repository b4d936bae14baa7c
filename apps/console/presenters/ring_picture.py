"""A ring as a picture: its members around an ellipse, money as arrows, shared identifiers as dashed lines.

It can be drawn as it stood after any of its movements, so that one sees it come
about. Drawn by the server; everything in it stands in the tables beside it too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import cos, hypot, pi, sin
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.console import wording
from apps.console.presenters.marks import amount_words

WIDTH, HEIGHT = 720, 400
# A picture of more is a ball of wool; the tables hold all.
MOST_NODES = 24
MOST_LABELS = 14
_RADIUS = 11
_MARGIN_X, _MARGIN_Y = 96, 56

Step = Mapping[str, Any]


@dataclass(frozen=True)
class Node:
    """A member; `anchor` and `label_x` put its name outside the ellipse."""

    x: int
    y: int
    name: str
    title: str
    is_shop: bool
    is_here: bool
    anchor: str
    label_x: int
    label_y: int

    @property
    def left(self) -> int:
        """Return where the square of a shop begins."""
        return self.x - _RADIUS

    @property
    def top(self) -> int:
        """Return where the square of a shop begins."""
        return self.y - _RADIUS


@dataclass(frozen=True)
class Arrow:
    """Money between two members, all its movements together; `label` is empty where there are too many to read.

    `is_newest` is that of the movement at which the picture stops.
    """

    x1: int
    y1: int
    x2: int
    y2: int
    label: str
    label_x: int
    label_y: int
    title: str
    is_newest: bool


@dataclass(frozen=True)
class Tie:
    """Two members who share an identifier."""

    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class Picture:
    """What is drawn; `left_out` members are in the tables alone.

    `step` of `steps` movements are in it; `said` tells the last of them, and
    is empty when all are.
    """

    nodes: list[Node]
    arrows: list[Arrow]
    ties: list[Tie]
    left_out: int
    step: int
    steps: int
    said: str
    width: int = WIDTH
    height: int = HEIGHT
    radius: int = _RADIUS


def picture(
    names: Sequence[str], shops: Iterable[str], proof: Mapping[str, Any], *, step: int | None = None, here: str = ""
) -> Picture:
    """Draw members by the client's ids (accounts first, then shops) with what the proof says of them.

    `step` stops after so many movements, the oldest first; `here` is the member that is looked at.
    """
    order = _in_order_of_the_path(names, proof["path"])
    drawn = order[:MOST_NODES]
    shop_names = frozenset(shops)
    places = {name: _place(number, len(drawn)) for number, name in enumerate(drawn)}
    movements = steps_in_time(proof)
    last = len(movements) if step is None else max(min(step, len(movements)), min(1, len(movements)))
    newest = movements[last - 1] if 0 < last < len(movements) else None
    return Picture(
        nodes=[_node(name, *places[name], is_shop=name in shop_names, is_here=name == here) for name in drawn],
        arrows=_arrows(movements[:last], places, newest),
        ties=_ties(proof.get("identifiers", []), places),
        left_out=len(order) - len(drawn),
        step=last,
        steps=len(movements),
        said="" if newest is None else _said(newest),
    )


def steps_in_time(proof: Mapping[str, Any]) -> list[Step]:
    """Return all movements of money, the oldest first."""
    steps = [*proof["path"], *(step for path in proof.get("also", []) for step in path)]
    return sorted(steps, key=lambda each: str(each["at"]))


def _said(step: Step) -> str:
    at = parse_datetime(str(step["at"]))
    when = wording.written_moment(timezone.localtime(at), "long") if at is not None else ""
    amount = amount_words(int(step["amount"]), str(step["currency"]))
    return f"{when} · {step['from']} → {step['to']}: {amount}"


def _in_order_of_the_path(names: Sequence[str], path: Sequence[Step]) -> list[str]:
    """Put those first who move money, in the order in which they do: a circle is drawn as one."""
    moving = [name for step in path for name in (step["from"], step["to"])]
    return list(dict.fromkeys([*moving, *names]))


def _place(number: int, of: int) -> tuple[int, int]:
    angle = 2 * pi * number / of - pi / 2
    x = WIDTH / 2 + (WIDTH / 2 - _MARGIN_X) * cos(angle)
    y = HEIGHT / 2 + (HEIGHT / 2 - _MARGIN_Y) * sin(angle)
    return round(x), round(y)


def _node(name: str, x: int, y: int, *, is_shop: bool, is_here: bool) -> Node:
    is_middle = abs(x - WIDTH // 2) < 1
    is_right = x > WIDTH / 2
    anchor = "middle" if is_middle else "start" if is_right else "end"
    label_x = x if is_middle else x + 17 if is_right else x - 17
    label_y = y + (-18 if y < HEIGHT / 2 else 28) if is_middle else y + 4
    return Node(x, y, wording.shortened(name), name, is_shop, is_here, anchor, label_x, label_y)


def _arrows(steps: Sequence[Step], places: Mapping[str, tuple[int, int]], newest: Step | None) -> list[Arrow]:
    moved: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for step in steps:
        if step["from"] in places and step["to"] in places and step["from"] != step["to"]:
            moved[step["from"], step["to"], step["currency"]].append(step["amount"])
    is_labelled = len(moved) <= MOST_LABELS
    last = (newest["from"], newest["to"], newest["currency"]) if newest is not None else None
    arrows = []
    for (source, target, currency), amounts in moved.items():
        between = f"{source} → {target}"
        arrow = _arrow(places[source], places[target], sum(amounts), currency, between, is_labelled=is_labelled)
        arrows.append(replace(arrow, is_newest=(source, target, currency) == last))
    return arrows


def _arrow(
    source: tuple[int, int],
    target: tuple[int, int],
    amount: int,
    currency: str,
    between: str,
    *,
    is_labelled: bool,
) -> Arrow:
    (x1, y1), (x2, y2) = source, target
    length = hypot(x2 - x1, y2 - y1) or 1
    step_x, step_y = (x2 - x1) / length, (y2 - y1) / length
    written = amount_words(amount, currency)
    # Beside the middle, on the right of the way, so that money that comes back is not written over.
    middle_x, middle_y = (x1 + x2) / 2 - 10 * step_y, (y1 + y2) / 2 + 10 * step_x
    return Arrow(
        round(x1 + _RADIUS * step_x),
        round(y1 + _RADIUS * step_y),
        round(x2 - (_RADIUS + 7) * step_x),
        round(y2 - (_RADIUS + 7) * step_y),
        written if is_labelled else "",
        round(middle_x),
        round(middle_y + 4),
        f"{between}: {written}",
        is_newest=False,
    )


def _ties(identifiers: Sequence[Mapping[str, Any]], places: Mapping[str, tuple[int, int]]) -> list[Tie]:
    pairs: set[tuple[str, str]] = set()
    for each in identifiers:
        sharing = [name for name in each["accounts"] if name in places]
        pairs.update(pairwise(sharing))
    return [Tie(*places[one], *places[other]) for one, other in sorted(pairs)]
