"""The coder and the article that cost most, and whether they stand out from what chance would do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement.intervals.rate_difference import RateDifference, rate_difference
from annotator.reports.compared.comparisons import ByArticle, Comparisons
from annotator.reports.compared.units import Belongings

Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
"""Of all intervals about coders taken together (Bonferroni), and of the test of all articles."""
_DEALS, _FEWER_DEALS = 999, 199
"""How often paragraphs are dealt to articles: with up to `_MANY` paragraphs, and with more."""
_MANY = 5_000


class CoderRate(NamedTuple):
    """How often a coder differs from the others, and how often those differ among themselves."""

    coder: str
    rates: RateDifference


class ArticleCost(NamedTuple):
    """The article in which coders differ most, for its size."""

    name: str
    n_paragraphs: int
    rate: float
    """The share of comparisons in it that differ."""
    other_rate: float
    """The same of all other articles."""
    p: float
    """Probability that some article would stand out so far, were paragraphs dealt to articles by chance."""

    @property
    def stands_out(self) -> bool:
        """Whether chance would hardly do it."""
        return self.p < 1 - CONFIDENCE


def costliest_coder(every: Comparisons, coders: Sequence[str], belongings: Belongings) -> CoderRate | None:
    """Of three coders or more: the one whose rate lies furthest above that of the others among themselves."""
    used = np.unique(np.concatenate([every.first, every.second])).tolist()
    if len(used) < 3:
        return None
    sides = ByArticle(every, belongings)
    confidence = 1 - (1 - CONFIDENCE) / len(used)
    found = []
    for coder in used:
        takes_part = (every.first == coder) | (every.second == coder)
        if takes_part.all() or not takes_part.any():
            continue
        rates = rate_difference(sides.of(takes_part), sides.of(~takes_part), confidence)
        found.append(CoderRate(coders[coder], rates))
    return max(found, key=lambda one: -math.inf if math.isnan(one.rates.value) else one.rates.value, default=None)


def costliest_article(every: Comparisons, belongings: Belongings) -> ArticleCost | None:
    """The article that stands out furthest, with a permutation test of the largest deviation of all articles.

    A paragraph's excess is its comparisons that differ less those expected at the rate of all. Paragraphs are dealt
    anew to the articles, each of which keeps its size (Westfall & Young 1993: the maximum takes account of there being
    many articles).
    """
    rows, index = np.unique(every.paragraph, return_inverse=True)
    differing, compared = np.bincount(index, every.differing), np.bincount(index, every.compared)
    rows, differing, compared = rows[compared > 0], differing[compared > 0], compared[compared > 0]
    articles, of_paragraph = np.unique(belongings.article[np.searchsorted(belongings.row, rows)], return_inverse=True)
    if articles.size < 2 or not 0 < differing.sum() < compared.sum():
        return None
    excess = differing - compared * differing.sum() / compared.sum()
    n = np.bincount(of_paragraph)
    spread = np.sqrt(n * (1 - n / rows.size))

    def deviations(dealt: Floats) -> Floats:
        return np.asarray(np.bincount(of_paragraph, dealt) / spread)

    found = deviations(excess)
    at = int(found.argmax())
    chance = np.random.default_rng(0)
    times = _DEALS if rows.size <= _MANY else _FEWER_DEALS
    reached = sum(deviations(chance.permutation(excess)).max() >= found[at] - 1e-9 for _ in range(times))
    inside = of_paragraph == at
    rates = [float(differing[side].sum() / compared[side].sum()) for side in (inside, ~inside)]
    name = belongings.articles[int(articles[at])][1]
    return ArticleCost(name, int(n[at]), rates[0], rates[1], (1 + int(reached)) / (1 + times))
