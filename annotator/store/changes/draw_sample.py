"""Random assignment of units to coders: seeded, stratified, with overlap and balanced loads."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from math import ceil
from typing import NamedTuple

from annotator.errors import UsageError
from annotator.store.changes.draw_by_doubt import systematic
from annotator.store.tables.study.draws import Draw

METHOD = 1
"""The version of the method of drawing; a stored draw names the one it was made by."""


class Unit(NamedTuple):
    """An article or a paragraph to assign.

    Attributes:
        article_id: The article.
        first: The position of its first paragraph.
        last: The position of its last.
        stratum: Its group for stratified sampling, such as its source.
    """

    article_id: str
    first: int
    last: int
    stratum: str = ""

    @property
    def size(self) -> int:
        """Number of its paragraphs."""
        return self.last - self.first + 1


class Drawn(NamedTuple):
    """A plan: each coder's units in their own order, the units that everybody codes, and how it was drawn."""

    units: dict[str, list[Unit]]
    overlap: list[Unit]
    record: Draw | None = None
    """What it takes to draw it again; None if the units were chosen and not drawn."""

    def load(self, coder: str) -> int:
        """How many paragraphs a coder has."""
        return sum(unit.size for unit in self.units[coder])


def draw(
    units: Sequence[Unit],
    coders: Sequence[str],
    *,
    overlap: str = "0",
    number: int | None = None,
    loads: Mapping[str, int] | None = None,
    seed: int = 0,
    chances: Sequence[float] | None = None,
) -> Drawn:
    """Draw a plan. The same arguments give the same plan, whatever the order of the units.

    Args:
        units: Units to assign.
        coders: The coders.
        overlap: Units that everybody codes: a number, or a share such as `20%`.
        number: Number of units to assign; all by default.
        loads: Number of paragraphs each coder already has.
        seed: Seed of the random draw.
        chances: The probability of each unit; equal by default. They add up to the number.

    Raises:
        UsageError: The overlap is not a number or share, or exceeds the number of units.
    """
    r = random.Random(f"{seed} units")  # noqa: S311 (a sample, no secret)
    drawn = stratified(units, r)[:number] if chances is None else systematic(units, chances, r)
    n_overlap = _overlap(overlap, len(drawn))
    given: dict[str, list[Unit]] = {coder: list(drawn[:n_overlap]) for coder in coders}
    load = {coder: (loads or {}).get(coder, 0) + sum(u.size for u in given[coder]) for coder in coders}
    for unit in sorted(drawn[n_overlap:], key=lambda unit: -unit.size):
        # The largest first, each to whoever has least: loads then differ by less than one small unit.
        least = min(coders, key=lambda coder: (load[coder], coders.index(coder)))
        given[least].append(unit)
        load[least] += unit.size
    for coder, mine in given.items():
        random.Random(f"{seed} order of {coder}").shuffle(mine)  # noqa: S311 (an order, no secret)
    return Drawn(given, list(drawn[:n_overlap]))


def draw_again(record: Draw) -> Drawn:
    """Draw a stored plan again, from what is stored alone.

    Raises:
        UsageError: It was drawn by a method that this version does not know.
    """
    if record.method != METHOD:
        raise UsageError(f"this plan was drawn by the method {record.method}; upgrade annotator to draw it again")
    units = [Unit(*unit) for unit in record.candidates]
    if record.days is not None:
        (coder,) = record.loads
        return Drawn({coder: recheck_sample(units, coder, record.number or 0, record.seed)}, [])
    return draw(
        units,
        list(record.loads),
        overlap=record.overlap,
        number=record.number,
        loads=record.loads,
        seed=record.seed,
        chances=None if record.chances is None else record.chances[: len(units)],
    )


def recheck_sample(units: Sequence[Unit], coder: str, number: int, seed: int) -> list[Unit]:
    """Draw finished units that a coder codes again."""
    return stratified(units, random.Random(f"{seed} recheck of {coder}"))[:number]  # noqa: S311 (a sample, no secret)


def stratified(units: Sequence[Unit], r: random.Random) -> list[Unit]:
    """The units in a random order; the first n are always a stratified sample.

    The units of each stratum lie evenly on a circle, and the order begins at a random unit of all. So each unit is
    equally likely at every place, and the first n hold each of N units with the probability n/N.
    """
    strata: dict[str, list[Unit]] = {}
    for unit in sorted(units):
        strata.setdefault(unit.stratum, []).append(unit)
    placed = []
    for _, members in sorted(strata.items()):
        r.shuffle(members)
        start = r.random()
        placed += [((i + start) / len(members), unit) for i, unit in enumerate(members)]
    order = [unit for _, unit in sorted(placed)]
    begin = r.randrange(len(order)) if len(strata) > 1 else 0
    return order[begin:] + order[:begin]


def _overlap(text: str, n: int) -> int:
    """Number of overlap units among n; a share is rounded up."""
    share = text.strip()
    try:
        wanted = ceil(round(float(share[:-1]) * n, 6) / 100) if share.endswith("%") else int(share)
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{text[:20]!r} is not a valid overlap; write a number of units or a share like 20%"
        ) from error
    if not 0 <= wanted <= n:
        raise UsageError(f"an overlap of {text} is too large for {n} units; choose a smaller one")
    return wanted
