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

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CONFIDENCE = 0.95
"""Of all intervals about coders, and of all articles, taken together (Bonferroni)."""
_MOST_EXACT = 50
"""Articles whose exact probability is computed: those furthest from the mean."""


class CoderRate(NamedTuple):
    """How often a coder differs from the others, and how often those differ among themselves."""

    coder: str
    rates: RateDifference


class ArticleCost(NamedTuple):
    """The article with the most disagreement beyond its share."""

    name: str
    n_differing: int
    """Its paragraphs in which coders differ."""
    n_paragraphs: int
    elsewhere: tuple[int, int]
    """The same two numbers of all other articles."""
    p: float
    """Probability that some article would stand out so far by chance."""

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
    """The article whose paragraphs differ more often than chance would have it, or the nearest to that."""
    rows, index = np.unique(every.paragraph, return_inverse=True)
    if not rows.size:
        return None
    differs = np.bincount(index, every.differing) > 0
    article = belongings.article[np.searchsorted(belongings.row, rows)]
    articles, of_paragraph = np.unique(article, return_inverse=True)
    n = np.bincount(of_paragraph)
    k = np.bincount(of_paragraph, differs).astype(np.int64)
    if articles.size < 2 or not k.any():
        return None
    tails = _tails(k, n)
    at = min(tails, key=lambda i: (tails[i], -k[i], i))
    elsewhere = int(k.sum() - k[at]), int(n.sum() - n[at])
    p = min(1.0, tails[at] * articles.size)
    return ArticleCost(belongings.articles[int(articles[at])][1], int(k[at]), int(n[at]), elsewhere, p)


def _tails(k: Ints, n: Ints) -> dict[int, float]:
    """P(X ≥ k) of the articles furthest from the mean, were differing paragraphs spread over articles by chance.

    X is hypergeometric: of all paragraphs so many differ, and the article has n of them (Fisher's exact test).
    """
    total, differing = int(n.sum()), int(k.sum())
    spread = np.sqrt(np.maximum(n * (1 - n / total), 1e-9))
    far = np.argsort(-(k - n * differing / total) / spread, kind="stable")[:_MOST_EXACT]
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])

    def log_choose(of: int, some: Ints) -> Floats:
        return np.asarray(log_factorial[of] - log_factorial[some] - log_factorial[of - some])

    found = {}
    for i in far.tolist():
        x = np.arange(int(k[i]), min(int(n[i]), differing) + 1)
        x = x[int(n[i]) - x <= total - differing]
        ways = log_choose(differing, x) + log_choose(total - differing, n[i] - x)
        found[i] = float(np.exp(ways - log_choose(total, n[i : i + 1])).sum())
    return found
