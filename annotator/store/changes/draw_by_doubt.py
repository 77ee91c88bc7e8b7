"""Unequal inclusion probabilities that rise with a model's doubt, and samples of a fixed size drawn with them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Protocol, TypeVar

from annotator.errors import UsageError
from annotator.importing.uncertainty import Doubt
from annotator.text.terminal_text import one_line

Unit = TypeVar("Unit")


class Place(Protocol):
    """An article or a paragraph to assign."""

    @property
    def article_id(self) -> str:
        """Its article."""

    @property
    def first(self) -> int:
        """Position of its first paragraph."""

    @property
    def last(self) -> int:
        """Position of its last one."""


FLOOR = 0.3
"""The least probability, as a share of what an equal draw would give."""
_NO_DOUBT = 1e-9
"""Where all doubts are as small as this, every unit is equally likely."""

_DECIMALS = 9
"""Of stored probabilities."""


def chances(doubts: Sequence[float], number: int, floor: float = FLOOR, more: Sequence[float] = ()) -> list[float]:
    """The probability of each unit in a sample of a fixed size: a floor plus a part that rises with its doubt.

    A unit has min(1, floor · number / N + c · doubt), with the c at which the probabilities add up to the number. The
    estimates that use them (Zrnic & Candès 2024; Gligorić and others 2025) need the floor: a unit that is never drawn
    could hide what the model gets wrong without doubt.

    Args:
        doubts: Between 0 and 1, one a unit.
        number: The size of the sample.
        floor: The least probability, as a share of number / N.
        more: Doubts of units that cannot be drawn any more; what they would have got stands behind the others.
    """
    n = len(doubts)
    if number >= n:
        return [1.0] * (n + len(more))
    # Where hardly any unit is in doubt, the rest is shared out among all.
    least = max(doubts) * 1e-6 if max(doubts) > _NO_DOUBT else 1.0
    base = floor * number / n
    low, high = 0.0, 1.0

    def at(c: float, doubt: float) -> float:
        return min(1.0, base + c * max(doubt, least))

    while sum(at(high, doubt) for doubt in doubts) < number:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(at(middle, doubt) for doubt in doubts) < number else (low, middle)
    return [round(at(high, doubt), _DECIMALS) for doubt in (*doubts, *more)]


def by_unit(doubts: Sequence[Doubt], units: Sequence[Place], names: Mapping[str, str]) -> list[float]:
    """The mean doubt of each unit; 0 of one that no row names.

    Args:
        doubts: Rows about articles and paragraphs.
        units: What can be drawn.
        names: The id of each article, by id and by name.

    Raises:
        UsageError: A row names an article that the project does not have.
    """
    of_article: dict[str, list[tuple[int | None, float]]] = {}
    for one in doubts:
        if one.article not in names:
            raise UsageError(f"there is no article {one_line(one.article)} in this project")
        of_article.setdefault(names[one.article], []).append((one.paragraph, one.value))
    found = []
    for unit in units:
        rows = of_article.get(unit.article_id, ())
        values = [value for at, value in rows if at is None or unit.first <= at <= unit.last]
        found.append(sum(values) / len(values) if values else 0.0)
    return found


def systematic(units: Sequence[Unit], probabilities: Sequence[float], r: random.Random) -> list[Unit]:
    """A sample in random order that holds each unit with its probability (Madow 1949, on a random order).

    The probabilities add up to a whole number, which is the size of the sample.
    """
    order = list(range(len(units)))
    r.shuffle(order)
    number = round(sum(probabilities))
    ends = list(accumulate(probabilities[i] for i in order))
    scale, start = number / ends[-1], r.random()
    drawn, before = [], 0.0
    for i, end in zip(order, ends, strict=True):
        # As many as marks (start, start + 1, …) lie in this unit's stretch.
        if int(end * scale - start + 1) > int(before * scale - start + 1):
            drawn.append(units[i])
        before = end
    r.shuffle(drawn)
    return drawn
