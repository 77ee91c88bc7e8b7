"""How often the intervals of `estimate_prevalence` contain the true share, and how wide they are, by simulation.

uv run python -m benchmarks.estimate_coverage --studies 1000
"""

from __future__ import annotations

import argparse
import random
import time
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from annotator.agreement import estimate_prevalence
from annotator.store.changes.draw_by_doubt import chances, systematic

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

METHODS = ("human", "dsl", "ppi", "model")


class Design(NamedTuple):
    """A population, a model, and how units are drawn for coding."""

    title: str
    units: int
    drawn: float
    """Mean inclusion probability."""
    share: float = 0.3
    """The true share."""
    hits: float = 0.85
    """Probability that the model says 1 where it is 1."""
    false: float = 0.2
    """Probability that the model says 1 where it is 0."""
    draw: str = "each"
    """each unit by itself; number, a fixed number of them; doubt, with unequal probabilities; articles, whole; doubtful
    articles, whole, as `annotator assign draw --by-uncertainty` draws them."""
    articles: int = 0
    """Articles, whose shares and errors differ; 0 where units do not hang together."""


DESIGNS = (
    Design("the model says .395", 5000, 0.05),
    Design("the same, 250 units exactly", 5000, 0.05, draw="number"),
    Design("strongly biased: the model says .69", 2000, 0.1, hits=0.9, false=0.6),
    Design("good: the model says .31", 1000, 0.1, hits=0.97, false=0.02),
    Design("unequal probabilities", 2000, 0.1, draw="doubt"),
    Design("60 of 300 units", 300, 0.2, hits=0.95, false=0.03, draw="number"),
    Design("30 of 300 units", 300, 0.1),
    Design("rare: 100 units, a share of .05", 1000, 0.1, 0.05, 0.8, 0.03),
    Design("25 articles, units drawn", 300, 0.2, false=0.15, articles=25),
    Design("100 articles, units drawn", 1200, 0.2, false=0.15, articles=100),
    Design("10 of 50 articles", 600, 0.2, false=0.15, draw="articles", articles=50),
    Design("20 of 100 articles", 1200, 0.2, false=0.15, draw="articles", articles=100),
    Design("60 of 300 articles", 3600, 0.2, false=0.15, draw="articles", articles=300),
    Design("60 of 300 articles, by the model's doubt", 3600, 0.2, false=0.15, draw="doubtful articles", articles=300),
)


class Study(NamedTuple):
    """What is known of the units."""

    human: Floats
    model: Floats
    probability: Floats
    clusters: Ints | None


def study(rng: np.random.Generator, design: Design) -> Study:
    """Simulate a population, a model and a draw."""
    share, hits, false = (np.full(design.units, rate) for rate in (design.share, design.hits, design.false))
    cluster = None
    if design.articles:
        sizes = np.maximum(2, rng.poisson(design.units / design.articles, design.articles))
        cluster = np.repeat(np.arange(design.articles), sizes)
        rates = ((design.share, 4), (design.hits, 10), (design.false, 10))
        share, hits, false = (rng.beta(p * n, (1 - p) * n, design.articles)[cluster] for p, n in rates)
    true = rng.random(share.size) < share
    model = rng.random(share.size) < np.where(true, hits, false)
    is_drawn, probability = _drawn(rng, design, model, cluster)
    return Study(np.where(is_drawn, true, np.nan), model.astype(np.float64), probability, cluster)


def _drawn(
    rng: np.random.Generator, design: Design, model: npt.NDArray[np.bool_], cluster: Ints | None
) -> tuple[npt.NDArray[np.bool_], Floats]:
    n = model.size
    if design.draw == "doubtful articles" and cluster is not None:
        # The model doubts most where it says 1 about as often as not.
        said = np.bincount(cluster, weights=model) / np.bincount(cluster)
        odds = chances((1 - np.abs(2 * said - 1)).tolist(), round(design.drawn * design.articles))
        drawn = systematic(range(design.articles), odds, random.Random(int(rng.integers(1 << 30))))
        return np.isin(cluster, drawn), np.array(odds)[cluster]
    if design.draw == "articles" and cluster is not None:
        number = round(design.drawn * design.articles)
        return np.isin(cluster, rng.choice(design.articles, number, replace=False)), np.full(
            n, number / design.articles
        )
    if design.draw == "number":
        number = round(design.drawn * n)
        return np.isin(np.arange(n), rng.choice(n, number, replace=False)), np.full(n, number / n)
    probability = np.full(n, design.drawn)
    if design.draw == "doubt":
        probability = probability * np.where(model, 2.0, 0.6) * rng.uniform(0.5, 1.5, n)
    return rng.random(n) < probability, probability


def coverage(design: Design, studies: int, seed: int = 7) -> dict[str, tuple[float, float]]:
    """How often the interval of each method contains the true share, and its mean width."""
    rng = np.random.default_rng(seed)
    covered, width = dict.fromkeys(METHODS, 0), dict.fromkeys(METHODS, 0.0)
    for _ in range(studies):
        one = study(rng, design)
        for method in METHODS:
            low, high = estimate_prevalence(*one, method=method).ci or (0.0, 0.0)
            covered[method] += low <= design.share <= high
            width[method] += high - low
    return {method: (covered[method] / studies, width[method] / studies) for method in METHODS}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=1000, help="simulated studies for each row (1000)")
    given = parser.parse_args()
    begin = time.process_time()
    print("| units, model and draw | humans alone | DSL | PPI++ | model alone |")
    print("|---" * 5 + "|")
    for design in DESIGNS:
        found = coverage(design, given.studies)
        cells = " | ".join(f"{100 * hit:.1f} ({width:.3f})".replace("(0.", "(.") for hit, width in found.values())
        print(f"| {design.title} | {cells} |", flush=True)
    print(f"{time.process_time() - begin:.0f} s of processor time")


if __name__ == "__main__":
    main()
