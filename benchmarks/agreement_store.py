"""From millions of labels in a project file to α with its interval, and live agreement after each label.

    uv run python -m benchmarks.agreement_store [--paragraphs 1000000]

Data: 5 coders, 5 categories, 20 % of the labels missing at random, which makes as many runs of finished paragraphs as
there can be. The bare scan is one SQL aggregate over every label's paragraph, coder and value. Memory is the resident
memory of the process at its largest.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from annotator.agreement import alpha_interval
from annotator.codebook.model import Category, Codebook, Variable
from annotator.reports.live import LiveAgreement
from annotator.store import Store
from annotator.store.read.label_counts import paragraph_patterns
from annotator.store.tables import done_runs as progress

NAMES = ("politics", "economy", "culture", "sport", "weather")
VARIABLE = Variable(name="frame", scope="paragraph", key="f", categories=tuple(Category(name=name) for name in NAMES))
CODEBOOK = Codebook(name="frames", variables=(VARIABLE,))
AT = "2031-01-01T00:00:00.000000Z"


def make(path: Path, n: int) -> None:
    """A project of n paragraphs, its labels written straight into the tables."""
    rng = np.random.default_rng(1)
    true = rng.integers(5, size=n)
    label = np.where(rng.random((5, n)) < 0.8, true, rng.integers(5, size=(5, n))).T.tolist()
    has = (rng.random((5, n)) >= 0.2).T.tolist()
    with Store.create(path, CODEBOOK) as store:
        c = store.connection
        coders = [store.coder(f"coder {i}").id for i in range(5)]
        with c.write():
            c.execute(
                "insert into articles (id, article_id, sha256, checksum, name, n_paragraphs, added_at, raw_text)"
                " values (1, 'a', 'a', 0, 'a', ?, ?, 'x')",
                (n, AT),
            )
            c.executemany(
                "insert into paragraphs (id, article, position, start, end) values (?, 1, ?, ?, ?)",
                ((i + 1, i, 2 * i, 2 * i + 1) for i in range(n)),
            )

            def labels() -> Iterator[tuple[object, ...]]:
                for i in range(n):
                    for k, coder in enumerate(coders):
                        if has[i][k]:
                            yield i + 1, coder, NAMES[label[i][k]], AT

            c.executemany(
                "insert into paragraph_labels (paragraph, coder, variable, value, codebook, origin, updated_at)"
                " values (?, ?, 'frame', ?, 1, 'coder', ?)",
                labels(),
            )
            reviews = ((i + 1, coder, AT) for k, coder in enumerate(coders) for i in range(n) if has[i][k])
            c.executemany(
                "insert into reviews (paragraph, coder, state, updated_at) values (?, ?, 'coded', ?)", reviews
            )
            for coder in coders:
                progress.rebuild(c, coder)


def count(path: Path) -> None:
    """The bare scan and the way to α, in turn."""
    scans, ours = [], []
    with Store(path, read_only=True) as store:
        sql = "select count(*), sum(paragraph), sum(coder), sum(length(value)) from paragraph_labels where variable = ?"
        for _ in range(6):
            begin = time.perf_counter()
            row = store.connection.one(sql, ("frame",))
            scans.append(time.perf_counter() - begin)
            begin = time.perf_counter()
            alpha = alpha_interval(paragraph_patterns(store.connection, VARIABLE).patterns, "nominal")
            ours.append(time.perf_counter() - begin)
    assert row is not None
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ratio = min(ours) / min(scans)
    print(f"{row[0]} labels: α {alpha.value:.4f} {alpha.ci}")
    print(f"bare scan {min(scans):.3f} s, to α with interval {min(ours):.3f} s: {ratio:.2f} × (at most 3.5)")
    print(f"largest resident memory {megabytes:.0f} MB (at most 300)")


def live(folder: Path) -> None:
    """What a label costs, from the committed step to the new figures."""
    path = folder / "live.db"
    make(path, 20_000)
    rng = np.random.default_rng(2)
    times = []
    with Store(path) as store:
        follow = LiveAgreement(store)
        coding = store.coding("coder 1")
        for paragraph in rng.integers(1, 20_001, 500).tolist():
            with coding.step("label", paragraph) as step:
                step.label_paragraph("frame", NAMES[int(rng.integers(5))])
                step.review(state="coded")
            begin = time.perf_counter()
            follow.refresh()
            _ = follow.figures
            times.append(1000 * (time.perf_counter() - begin))
    times.sort()
    print(
        f"live, 5 coders, 20,000 paragraphs: {statistics.median(times):.2f} ms a label, 95 % under {times[474]:.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paragraphs", type=int, default=1_000_000)
    n = parser.parse_args().paragraphs
    with tempfile.TemporaryDirectory() as folder:
        live(Path(folder))
        path = Path(folder) / "labels.db"
        # In a process of its own, so that making the project does not count as memory of reading it.
        code = f"from pathlib import Path; from benchmarks.agreement_store import make; make(Path({str(path)!r}), {n})"
        subprocess.run([sys.executable, "-c", code], check=True)
        count(path)


if __name__ == "__main__":
    main()
