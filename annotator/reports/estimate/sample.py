"""How likely each unit was to be coded by a human: from the stored draws, or equal for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annotator.reports.estimate.coded_units import CodedUnit, Question
from annotator.store.file.connection import Connection
from annotator.store.read.inclusion import Inclusion, inclusion
from annotator.store.tables.study.draws import read_draws
from annotator.text.counted import counted

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Draw:
    """The sample that humans code."""

    probability: Floats
    """How likely each unit was to be drawn and coded by now, shape (units,)."""
    is_drawn: Bools
    """Whether a human coding of the unit counts, shape (units,)."""
    said: str
    """Where the probabilities come from, in a sentence."""
    warnings: tuple[str, ...] = ()


def inclusion_of(c: Connection, asked: Question) -> Inclusion | None:
    """The stored inclusion probabilities; None without draws, or where paragraphs were drawn and articles are asked."""
    if asked.of == "articles" and any(draw.kind == "paragraph" for draw in read_draws(c)):
        return None
    found = inclusion(c)
    return found if found.frame else None


def draw_of(units: Sequence[CodedUnit], known: Inclusion | None) -> Draw:
    """The sample behind the human codings of some units."""
    is_coded = np.array([unit.n_coders > 0 for unit in units])
    article = np.unique([unit.article for unit in units], return_inverse=True)[1].astype(np.int64)
    if known is None:
        return _equal(is_coded, article)
    is_drawn = np.array([unit.row in known.drawn for unit in units])
    if not (is_drawn & is_coded).any():
        return _equal(is_coded, article)
    share, said = _share(is_coded[is_drawn], article[is_drawn])
    warnings = []
    if share < 1:
        warnings.append(
            f"Of what was drawn, {said} are coded by now. They count as a random part of it, as each coder's order is"
            " random: if coders choose what to code, the estimates do not hold."
        )
    others = int((is_coded & ~is_drawn).sum())
    if others:
        warnings.append(f"{counted(others, 'unit')} coded without having been drawn: not counted as coded.")
    probability = np.array([known.frame[unit.row] for unit in units], np.float64) * share
    low, high = float(probability.min()), float(probability.max())
    shown = f"{low:.3g}" if high - low < 1e-9 else f"{low:.3g} to {high:.3g}"
    return Draw(
        probability, is_drawn, f"Inclusion probabilities are those of the stored draws: {shown}.", tuple(warnings)
    )


def _equal(is_coded: Bools, article: npt.NDArray[np.int64]) -> Draw:
    """Equal probabilities for all."""
    share, n = _share(is_coded, article)
    said = (
        f"No draw is stored: the coded units ({n}) are taken to be drawn with equal probability. If they were chosen in"
        " another way, the estimates do not hold."
    )
    return Draw(np.full(is_coded.size, share), np.ones(is_coded.size, bool), said)


def _share(is_coded: Bools, article: npt.NDArray[np.int64]) -> tuple[float, str]:
    """The share of articles that are coded, where they are coded whole, else of units; and the numbers in words."""
    sizes, coded = np.bincount(article), np.bincount(article, weights=is_coded)
    sizes, coded = sizes[sizes > 0], coded[sizes > 0]
    if np.isin(coded / sizes, (0, 1)).all():
        return float((coded > 0).mean()), f"{(coded > 0).sum()} of {counted(coded.size, 'article')}"
    return float(is_coded.mean()), f"{is_coded.sum()} of {counted(is_coded.size, 'unit')}"
