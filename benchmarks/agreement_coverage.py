"""How often the intervals contain the true value, on simulated studies: paragraphs in articles, and lone units.

    uv run python -m benchmarks.agreement_coverage [--studies N]            articles, some minutes
    uv run python -m benchmarks.agreement_coverage --units [--studies N]    units that do not hang together

95 % is what the intervals say. In articles, the shares of the categories and the difficulty differ from article to
article, mildly or strongly: a paragraph's category is known to each coder with a probability of the article's, and
guessed by the article's shares otherwise. Coders find a statement with a probability of the article's, too. The true
values are those of 40,000 articles. Without articles, a category is known to all coders with probability α.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement import Patterns, ReliabilityData, alpha_interval, bootstrap_alpha, variable_report
from annotator.agreement.data.clusters import Clusters
from annotator.reports.compared.statement_pairs import PairCounts
from annotator.reports.statements.statement_intervals import statement_intervals

Ints = npt.NDArray[np.int64]

MARGINALS = {"even": [0.25, 0.25, 0.25, 0.25], "skewed": [0.5, 0.3, 0.15, 0.05]}
SHARES = {"mixed": [0.4, 0.3, 0.2, 0.1], "skewed": [0.75, 0.15, 0.07, 0.03]}
FIGURES = ("krippendorff_alpha", "cohen_kappa", "gwet_ac1", "percent_agreement", "f1", "presence_alpha")
TITLES = ("α", "κ", "AC1", "agreement", "F1", "presence α")
N_POPULATION = 40_000


class World(NamedTuple):
    """How far articles differ."""

    shares: float
    """Concentration of the categories' shares."""
    known: tuple[float, float]
    """Beta distribution of the probability that a coder knows a paragraph's category."""
    found: tuple[float, float]
    """Beta distribution of the probability that a coder finds a statement."""


WORLDS = {"mild": World(12, (16, 4), (18, 3)), "strong": World(2.5, (3, 1.2), (4, 0.9))}


class Study(NamedTuple):
    """What the coders did."""

    article: Ints
    """The article of each paragraph."""
    labels: Ints
    """The coders' categories, shape (coders, paragraphs)."""
    has: npt.NDArray[np.bool_]
    """Which coder has the statement that each paragraph may hold, shape (coders, paragraphs); two at most."""


def study(rng: np.random.Generator, world: str, shares: Sequence[float], coders: int, articles: int) -> Study:
    """Simulate coders on some articles."""
    differ = WORLDS[world]
    prevalence = rng.dirichlet(differ.shares * np.array(shares) * 4 / len(shares), articles)
    known, found = rng.beta(*differ.known, articles), rng.beta(*differ.found, articles)
    if world == "mild":
        n = np.maximum(3, rng.poisson(14, articles))
    else:
        n = np.maximum(2, rng.negative_binomial(2, 2 / 16, articles))
    article = np.repeat(np.arange(articles), n)
    cumulative = np.cumsum(prevalence, axis=1)[article]

    def drawn() -> Ints:
        return np.asarray((rng.random(article.size)[:, None] > cumulative).sum(axis=1).clip(0, len(shares) - 1))

    true = drawn()
    labels = np.array([np.where(rng.random(article.size) < known[article], true, drawn()) for _ in range(coders)])
    there = rng.random(article.size) < 0.7
    has = np.array([there & (rng.random(article.size) < found[article]) for _ in range(coders)])
    return Study(article, labels, has)


def figures(one: Study) -> dict[str, tuple[float, float, float]]:
    """Each figure with its interval: value, low and high; nan without an interval."""
    coders, n = one.labels.shape
    unit, coder = np.tile(np.arange(n), coders), np.repeat(np.arange(coders), n)
    data = ReliabilityData.from_codes(unit, coder, one.labels.ravel(), categories=range(4))
    report = variable_report(data, clusters=Clusters(one.article, "article"))
    pairs = []
    for i in range(coders):
        for k in range(i + 1, coders):
            a, b = one.has[i], one.has[k]
            counts = np.stack([a & b, a & ~b, b & ~a], axis=1).astype(np.int64)
            pairs.append(PairCounts(np.arange(n), counts))
    f1, presence = statement_intervals(pairs, lambda paragraph: Clusters(one.article[paragraph], "article"))
    found = report.coefficients | {"f1": f1[0], "presence_alpha": presence[0]}
    return {name: (found[name].value or math.nan, *(found[name].ci or (math.nan, math.nan))) for name in FIGURES}


def by_articles(studies: int) -> None:
    """Print how often each interval covers, by number of articles, coders, shares and how far articles differ."""
    print(f"| articles differ | categories | coders | articles | {' | '.join(TITLES)} |")
    print("|---" * (4 + len(TITLES)) + "|")
    for world in WORLDS:
        for name, shares in SHARES.items():
            for coders in (2, 3):
                whole = figures(study(np.random.default_rng(7), world, shares, coders, N_POPULATION))
                for articles in (5, 10, 20, 30):
                    rng = np.random.default_rng(articles * 10 + coders)
                    covered = dict.fromkeys(FIGURES, 0)
                    n = dict.fromkeys(FIGURES, 0)
                    for _ in range(studies):
                        for figure, (_, low, high) in figures(study(rng, world, shares, coders, articles)).items():
                            covered[figure] += low <= whole[figure][0] <= high
                            n[figure] += not math.isnan(low)
                    cells = " | ".join(f"{100 * covered[figure] / max(n[figure], 1):.1f}" for figure in FIGURES)
                    print(f"| {world} | {name} | {coders} | {articles} | {cells} |", flush=True)


def lone(rng: np.random.Generator, coders: int, units: int, alpha: float, shares: list[float]) -> Patterns:
    """Units that do not hang together."""
    known = rng.random(units) < alpha
    true = rng.choice(4, units, p=shares)
    labels = np.where(known[:, None], true[:, None], rng.choice(4, (units, coders), p=shares))
    return Patterns.from_counts((labels[:, :, None] == np.arange(4)).sum(axis=1), categories=range(4))


def by_units(studies: int) -> None:
    """Print how often the jackknife and both bootstraps of α cover."""
    print(f"{'units':>6}{'coders':>8}{'α':>7}  {'marginals':<10}{'jackknife-t':>12}{'percentile':>12}{'bca':>8}")
    for units in (50, 200):
        for coders in (2, 3):
            for alpha in (0.4, 0.667, 0.8):
                for name, shares in MARGINALS.items():
                    rng = np.random.default_rng(7)
                    covered = np.zeros(3)
                    for number in range(studies):
                        patterns = lone(rng, coders, units, alpha, shares)
                        found = [
                            alpha_interval(patterns).ci,
                            bootstrap_alpha(patterns, n_samples=1000, seed=number).ci,
                            bootstrap_alpha(patterns, n_samples=1000, seed=number, method="bca").ci,
                        ]
                        for i, ci in enumerate(found):
                            low, high = ci or (math.nan, math.nan)
                            covered[i] += low <= alpha <= high
                    shown = "".join(f"{x:>{w}.1%}" for x, w in zip(covered / studies, (12, 12, 8), strict=True))
                    print(f"{units:>6}{coders:>8}{alpha:>7}  {name:<10}{shown}", flush=True)


def main() -> None:
    """Print one of the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=500, help="simulated studies for each row (500)")
    parser.add_argument("--units", action="store_true", help="units that do not hang together, and the bootstraps")
    given = parser.parse_args()
    begin = time.process_time()
    (by_units if given.units else by_articles)(given.studies)
    print(f"{time.process_time() - begin:.0f} s of processor time")


if __name__ == "__main__":
    main()
