"""Draws: how an assignment was drawn, with everything that is needed to draw it again.

A draw stands in the history alone and never changes. Assignments say who has what; the draw says from which units, with
which seed and by which method they came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from annotator.errors import StoreError
from annotator.store.file.connection import Connection
from annotator.store.tables.json_values import Value, dumps
from annotator.store.tables.keys import Key

DRAW = "draw"
"""The kind of record in the history, and the first part of its key."""

UnitTuple = tuple[str, int, int, str]
"""Article id, positions of the first and the last paragraph, stratum."""


class Draw(NamedTuple):
    """One draw of an assignment.

    Attributes:
        method: The version of the method of drawing.
        kind: What a unit is: `article` or `paragraph`.
        phase: The phase it was made for.
        batch: The name of the batch.
        drawn_at: When it was put in force.
        seed: The seed.
        number: The number of units asked for; None for all.
        overlap: The units that everybody codes, as asked for: a number or a share.
        stratify: What the sample was stratified by; None for a simple one.
        one_per_group: Whether only the first of the articles that are reprints of each other could be drawn.
        days: Of a recheck, the days between the two codings.
        loads: Each coder, in order, with the paragraphs that they had before.
        candidates: The units that could be drawn.
        taken: The units that could not be drawn only because they were assigned already.
        units: What each coder got, in their order, as places in `candidates`.
        overlapping: The units that everybody got, as places in `candidates`.
        chances: The probability of each of `candidates`, then of each of `taken` had it been free; None if all are
            equally likely.
    """

    method: int
    kind: str
    phase: str
    batch: str
    drawn_at: str
    seed: int
    number: int | None
    overlap: str
    stratify: str | None
    one_per_group: bool
    days: float | None
    loads: dict[str, int]
    candidates: tuple[UnitTuple, ...]
    taken: tuple[UnitTuple, ...]
    units: dict[str, list[int]]
    overlapping: list[int]
    chances: tuple[float, ...] | None = None

    @property
    def key(self) -> Key:
        """Its key in the history."""
        return [DRAW, self.phase, self.batch, self.drawn_at]

    @property
    def n_drawn(self) -> int:
        """Number of units that were drawn."""
        return len({place for places in self.units.values() for place in places})

    @property
    def words(self) -> str:
        """The draw in words: how many of how many units, the overlap, strata and seed."""
        said = f"{self.n_drawn} of {len(self.candidates)} {self.kind}s"
        if self.overlapping:
            share = f" ({self.overlap})" if self.overlap.strip().endswith("%") else ""
            said += f", {len(self.overlapping)} of them{share} for every coder"
        said += "".join(
            words
            for words, is_said in (
                (f", stratified by {self.stratify}", self.stratify is not None),
                (", one of each group of reprints", self.one_per_group),
                (", by a model's uncertainty", self.chances is not None),
            )
            if is_said
        )
        return f"{said}, seed {self.seed}"

    def as_json(self) -> dict[str, Any]:
        """The record as the history keeps it."""
        fields = self._asdict()
        chances = fields.pop("chances")
        return {
            **fields,
            **({} if chances is None else {"chances": list(chances)}),
            "loads": [[coder, n] for coder, n in self.loads.items()],
            "candidates": _packed(self.candidates, self.kind),
            "taken": _packed(self.taken, self.kind),
        }

    def summary(self) -> dict[str, Any]:
        """Everything but the units themselves."""
        record = self._asdict()
        for name in ("candidates", "taken", "units", "overlapping", "loads", "chances"):
            record.pop(name)
        return {
            **record,
            "coders": list(self.loads),
            "n_candidates": len(self.candidates),
            "n_drawn": self.n_drawn,
            "n_overlap": len(self.overlapping),
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Draw:
        """The draw of a record of the history."""
        kind = record["kind"]
        return cls(
            **{
                **record,
                "loads": dict(record["loads"]),
                "candidates": tuple(_unpacked(record["candidates"], kind)),
                "taken": tuple(_unpacked(record["taken"], kind)),
                "chances": None if record.get("chances") is None else tuple(record["chances"]),
            }
        )


def read_draw(c: Connection, _coder: int, key: Key) -> Value:
    """The record of a draw; None if there is none."""
    row = c.one(
        "select after from changes where key = ? and entity = ? and after is not null limit 1", (dumps(key), DRAW)
    )
    return None if row is None else json.loads(row[0])


def read_draws(c: Connection) -> list[Draw]:
    """Every draw that was put in force, oldest first, also those that were withdrawn since.

    Raises:
        StoreError: One of them cannot be read.
    """
    first = dumps([DRAW])[:-1]
    rows = c.all(
        "select distinct key, after from changes where key > ? and key < ? and entity = ? and after is not null",
        (first, f"{first}~", DRAW),
    )
    try:
        found = {key: Draw.from_json(json.loads(after)) for key, after in rows}
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{c.name} contains a draw that cannot be read; `annotator doctor` checks the file") from error
    return sorted(found.values(), key=lambda draw: (draw.drawn_at, draw.phase, draw.batch))


def _packed(units: Iterable[Sequence[Any]], kind: str) -> list[list[Any]]:
    """Units by article: id, stratum, and runs of paragraphs; consecutive paragraphs that are units are one run."""
    found: list[list[Any]] = []
    for article_id, first, last, stratum in sorted(map(tuple, units)):
        if not found or found[-1][:2] != [article_id, stratum]:
            found.append([article_id, stratum, []])
        runs = found[-1][2]
        if kind == "paragraph" and runs and runs[-1][1] == first - 1:
            runs[-1][1] = last
        else:
            runs.append([first, last])
    return found


def _unpacked(packed: list[list[Any]], kind: str) -> Iterator[UnitTuple]:
    for article_id, stratum, runs in packed:
        for first, last in runs:
            if kind == "article":
                yield article_id, first, last, stratum
            else:
                yield from ((article_id, at, at, stratum) for at in range(first, last + 1))
