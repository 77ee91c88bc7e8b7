"""How often the intervals of α contain the true α: jackknife-t and both bootstraps, on simulated studies.

    uv run python benchmarks/agreement_coverage.py [--studies N]

Each unit's category is known to all coders with probability α and guessed by the marginals otherwise, so that α is the
true value of the coefficient. 95 % is what the intervals say.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np

from annotator.agreement import Patterns, alpha_interval, bootstrap_alpha

MARGINALS = {"even": [0.25, 0.25, 0.25, 0.25], "skewed": [0.5, 0.3, 0.15, 0.05]}


def study(rng: np.random.Generator, coders: int, units: int, alpha: float, shares: list[float]) -> Patterns:
    known = rng.random(units) < alpha
    true = rng.choice(4, units, p=shares)
    labels = np.where(known[:, None], true[:, None], rng.choice(4, (units, coders), p=shares))
    return Patterns.from_counts((labels[:, :, None] == np.arange(4)).sum(axis=1), categories=range(4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=1000)
    studies = parser.parse_args().studies
    print(f"{'units':>6}{'coders':>8}{'α':>7}  {'marginals':<10}{'jackknife-t':>12}{'percentile':>12}{'bca':>8}")
    for units in (50, 200):
        for coders in (2, 3):
            for alpha in (0.4, 0.667, 0.8):
                for name, shares in MARGINALS.items():
                    rng = np.random.default_rng(7)
                    covered = np.zeros(3)
                    for number in range(studies):
                        patterns = study(rng, coders, units, alpha, shares)
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


if __name__ == "__main__":
    begin = time.perf_counter()
    main()
    print(f"{time.perf_counter() - begin:.0f} s")
