"""Inclusion probabilities: how likely each paragraph was to be drawn, from the stored draws."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from annotator.model import RECHECK
from annotator.store.file.connection import Connection
from annotator.store.tables.removed_articles import REMOVED
from annotator.store.tables.study.draws import Draw, UnitTuple, read_draws
from annotator.store.tables.study.named_facts import FEEDBACK, read_facts


class Inclusion(NamedTuple):
    """Probabilities of being drawn, by the paragraph's row in the project file.

    Attributes:
        frame: Of every paragraph that could be drawn, the probability that a draw of the phases took it.
        drawn: The same of those that were drawn and are still assigned.
        overlapping: Those of them that everybody got.
        draws: Each draw of the phases, with the paragraphs that are still assigned from it.
    """

    frame: dict[int, float]
    drawn: dict[int, float]
    overlapping: frozenset[int]
    draws: tuple[tuple[Draw, frozenset[int]], ...]


def inclusion_probabilities(c: Connection, phases: Collection[str] = ()) -> dict[int, float]:
    """The probability of every drawn paragraph, by its row in the project file; see `inclusion`."""
    return inclusion(c, phases).drawn


def inclusion(c: Connection, phases: Collection[str] = ()) -> Inclusion:
    """How likely the draws were to take each paragraph.

    A draw of n among N units takes each with n/N, in every stratum alike; one by a model's uncertainty takes each with
    the probability that it stores. Work that was withdrawn does not count as drawn. Of several draws, a later one takes
    only what the earlier ones have left: a paragraph is in one of them with 1 − (1 − p₁)(1 − p₂)…, and in a later one
    alone with (1 − p₁)p₂. Paragraphs that were assigned before draws were stored, or that were chosen by hand, have no
    probability. A removed article belongs to no frame; the others keep the probability with which they were drawn.
    Draws for training take from articles with gold, so they count only if their phase is asked for.

    Args:
        c: The project.
        phases: Count only the draws of these phases; all but rechecks and training with feedback by default.
    """
    aside = {RECHECK, *read_facts(c, FEEDBACK)} - set(phases)
    draws = [draw for draw in read_draws(c) if draw.phase not in aside]
    rows = _Rows(c)
    kept = _in_force(c, draws, rows)
    frame: dict[int, float] = {}
    left: dict[int, float] = {}
    drawn: list[tuple[Draw, frozenset[int]]] = []
    overlapping: set[int] = set()
    for draw, units in zip(draws, kept, strict=True):
        counts = not phases or draw.phase in phases
        for row, chance in _eligible(draw, len(units), rows, left):
            before = left.get(row, 1.0)
            left[row] = before * (1 - chance)
            if counts:
                frame[row] = frame.get(row, 0.0) + before * chance
        if counts:
            drawn.append((draw, frozenset(rows.of(draw.candidates[unit] for unit in units))))
            overlapping.update(rows.of(draw.candidates[unit] for unit in draw.overlapping if unit in units))
    every = sorted({row for _, taken in drawn for row in taken})
    return Inclusion(frame, {row: frame[row] for row in every}, frozenset(overlapping), tuple(drawn))


def _eligible(draw: Draw, n_kept: int, rows: _Rows, left: Collection[int]) -> Iterator[tuple[int, float]]:
    """The paragraphs that a draw could take, or could have taken if an earlier one had not, each with its chance."""
    n = len(draw.candidates)
    chances = draw.chances
    if chances is None:
        chances = (n_kept / n,) * (n + len(draw.taken))
    elif n_kept < draw.n_drawn:
        # Withdrawn work does not count: as if fewer had been drawn.
        chances = tuple(chance * n_kept / draw.n_drawn for chance in chances)
    for place, (unit, chance) in enumerate(zip((*draw.candidates, *draw.taken), chances, strict=True)):
        yield from ((row, chance) for row in rows.of([unit]) if place < n or row in left)


class _Rows:
    """Rows of the paragraphs of units; articles that were removed, or that the project never had, are left out."""

    def __init__(self, c: Connection) -> None:
        self._first = dict(
            c.all("select a.article_id, p.id from articles a join paragraphs p on p.article = a.id and p.position = 0")
        )
        self._removed = {article for (article,) in c.all(f"select article_id from articles where id in {REMOVED}")}

    def of(self, units: Iterable[UnitTuple]) -> Iterator[int]:
        for unit in units:
            first, last = (1, 0) if unit[0] in self._removed else self.ends(unit)
            yield from range(first, last + 1)

    def ends(self, unit: UnitTuple) -> tuple[int, int]:
        """Rows of its first and last paragraph, removed or not; an empty range for an article that is not here."""
        first = self._first.get(unit[0])
        return (1, 0) if first is None else (first + unit[1], first + unit[2])


def _in_force(c: Connection, draws: list[Draw], rows: _Rows) -> list[set[int]]:
    """Of each draw the units that somebody still has from it, as places in its candidates.

    A unit that was withdrawn and drawn again belongs to the later draw.
    """
    given = set(
        c.all(
            "select c.name, s.first, s.last, s.phase, s.batch from assignments s join coders c on c.id = s.coder"
            " where s.phase <> ?",
            (RECHECK,),
        )
    )
    kept = []
    for draw in reversed(draws):
        mine = set()
        for coder, units in draw.units.items():
            for unit in units:
                one = (coder, *rows.ends(draw.candidates[unit]), draw.phase, draw.batch)
                if one in given:
                    given.remove(one)
                    mine.add(unit)
        kept.append(mine)
    return kept[::-1]
