"""How fast agreement is computed, against other packages in the same run.

    uv run --with krippendorff==0.9.0 --with nltk==3.10.4 --with scikit-learn python benchmarks/agreement_speed.py

Words after it choose among point, bootstrap, sets, live and pairs. Data: 5 coders, 5 categories, 20 % of the labels
missing, as in the tables of `docs/`; of pairs 40 coders. Times are processor time, the best of several runs: set
OPENBLAS_NUM_THREADS=1, so that threads do not count twice. Peaks are what numpy and Python allocate beside the data.
Each line ends with the ratio and whether it reaches its target.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from annotator.agreement import (
    LiveCounts,
    ReliabilityData,
    alpha_interval,
    bootstrap_alpha,
    cohen_kappa,
    krippendorff_alpha,
    variable_report,
)

Array = npt.NDArray[np.float64]


def study(units: int) -> Array:
    """Labels 1 to 5, shape (5, units)."""
    rng = np.random.default_rng(1)
    true = rng.integers(1, 6, units)
    data = np.where(rng.random((5, units)) < 0.8, true, rng.integers(1, 6, (5, units))).astype(float)
    data[rng.random(data.shape) < 0.2] = np.nan
    return data


def best(work: Callable[[], Any], times: int) -> float:
    """Seconds of processor time of the fastest run."""
    found = []
    for _ in range(times):
        begin = time.process_time()
        work()
        found.append(time.process_time() - begin)
    return min(found)


def peak(work: Callable[[], Any]) -> float:
    """Megabytes allocated at most while it runs."""
    tracemalloc.start()
    work()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


def line(what: str, figures: str, reached: bool) -> None:
    print(f"{what:<44}{figures:<68}{'reached' if reached else 'MISSED'}")


def point() -> None:
    import krippendorff  # type: ignore[import-not-found,unused-ignore]

    data = study(1_000_000)
    for level in ("nominal", "ordinal", "interval"):
        ours = best(lambda level=level: krippendorff_alpha(data, level), 7)  # type: ignore[misc]
        theirs = best(
            lambda level=level: krippendorff.alpha(data, level_of_measurement=level),  # type: ignore[misc]
            2,
        )
        line(
            f"point α, 1e6 units, {level}",
            f"{ours:.4f} s, krippendorff {theirs:.3f} s: {theirs / ours:.0f} ×",
            theirs / ours >= 30,
        )
    extra = peak(lambda: krippendorff_alpha(data))
    theirs = peak(lambda: krippendorff.alpha(data, level_of_measurement="nominal"))
    line("memory beside the data", f"{extra:.1f} MB, krippendorff {theirs:.0f} MB", extra <= 60)

    alone = best(lambda: krippendorff_alpha(data, "ordinal"), 7)
    both = best(lambda: alpha_interval(data, "ordinal"), 7)
    line(
        "default interval, 1e6 units",
        f"{both:.4f} s, point alone {alone:.4f} s: {both / alone:.2f} ×",
        both / alone <= 2,
    )


def bootstrap() -> None:
    import krippendorff  # type: ignore[import-not-found,unused-ignore]

    data = study(100_000)
    rng = np.random.default_rng(0)

    def replicate() -> None:
        krippendorff.alpha(data[:, rng.integers(data.shape[1], size=data.shape[1])], level_of_measurement="nominal")

    ours = best(lambda: bootstrap_alpha(data, "nominal", 1000, 1), 5)
    loop = 1000 * best(replicate, 10)
    line(
        "bootstrap B = 1,000, 1e5 units",
        f"{ours:.4f} s, krippendorff in a loop {loop:.0f} s (1000 × one): {loop / ours:.0f} ×",
        loop / ours >= 1000,
    )


def sets() -> None:
    from nltk.metrics import masi_distance  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from nltk.metrics.agreement import AnnotationTask  # type: ignore[import-not-found,import-untyped,unused-ignore]

    rng = np.random.default_rng(2)
    pool = [frozenset(rng.choice(12, rng.integers(1, 5), replace=False).tolist()) for _ in range(734)]
    true = rng.integers(len(pool), size=3400)
    rows = [
        (unit, coder, pool[true[unit]] if rng.random() < 0.7 else pool[int(rng.integers(len(pool)))])
        for unit in range(3400)
        for coder in range(15)
    ]
    task = [(f"c{coder}", str(unit), label) for unit, coder, label in rows]
    ours = best(lambda: krippendorff_alpha(ReliabilityData.from_labels(rows, "set")), 3)
    theirs = best(lambda: AnnotationTask(data=task, distance=masi_distance).alpha(), 2)
    line(
        "set-valued α, 3,400 units × 15 coders",
        f"{ours:.3f} s, nltk {theirs:.3f} s: {theirs / ours:.1f} ×",
        theirs / ours >= 4,
    )


def live() -> None:
    counts = LiveCounts.of(ReliabilityData.from_array(study(20_000), "ordinal"))
    rng = np.random.default_rng(3)
    steps = [(int(rng.integers(20_000)), int(rng.integers(5)), int(rng.integers(5))) for _ in range(2000)]
    times = []
    for step in steps:
        begin = time.process_time()
        counts.record(*step)
        counts.alpha()
        times.append(time.process_time() - begin)
    middle, late = np.quantile(times, [0.5, 0.99]).tolist()
    line(
        "one label and the new α, 20,000 units",
        f"median {1e3 * middle:.3f} ms, 99 % below {1e3 * late:.3f} ms",
        late < 1e-3,
    )


def pairs() -> None:
    from sklearn.metrics import cohen_kappa_score  # type: ignore[import-not-found,import-untyped,unused-ignore]

    rng = np.random.default_rng(4)
    true = rng.integers(1, 6, 500)
    labels = np.where(rng.random((40, 500)) < 0.8, true, rng.integers(1, 6, (40, 500)))
    data = ReliabilityData.from_array(labels.astype(float), "nominal")

    def pairwise() -> float:
        return float(np.mean([cohen_kappa_score(labels[i], labels[j]) for i, j in combinations(range(40), 2)]))

    theirs = best(pairwise, 2)
    ours, whole = best(lambda: cohen_kappa(data), 3), best(lambda: variable_report(data), 3)
    line(
        "mean κ of 780 pairs, 40 coders × 500 units",
        f"{ours:.3f} s, scikit-learn {theirs:.3f} s: {theirs / ours:.0f} ×",
        abs(float(cohen_kappa(data)) - pairwise()) < 1e-12 and theirs / ours >= 10,
    )
    line(
        "the same, all coefficients and intervals",
        f"{whole:.3f} s, scikit-learn's κ alone {theirs:.3f} s: {theirs / whole:.1f} ×",
        whole <= theirs,
    )


PARTS = {part.__name__: part for part in (point, bootstrap, sets, live, pairs)}


def main() -> None:
    print(f"numpy {np.__version__}, Python {sys.version.split()[0]}")
    for name in sys.argv[1:] or PARTS:
        try:
            PARTS[name]()
        except ImportError:
            sys.exit("Run it with the peers: see the first lines of this file.")


if __name__ == "__main__":
    main()
