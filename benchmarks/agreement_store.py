"""What `annotator agreement` of one variable costs, as a user calls it, and live agreement after each label.

    uv run python -m benchmarks.agreement_store [--paragraphs 200000] [--statements 90000]

Three projects: a nominal variable of paragraphs, labelled by five coders, with 20 % of the labels missing at random;
the same in a codebook with statements; and statements of two coders who miss one in ten, with speakers, a stance and a
claim type. `annotator agreement --variable NAME --json` runs three times, in a process of its own. The bound is another
process that only fetches the same rows with SQL, one by one.

Processor time is that of all processes; memory is the resident memory of the largest one at its peak.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from annotator.codebook.file import default_codebook
from annotator.codebook.model import Category, Codebook, Variable
from annotator.reports.live import LiveAgreement
from annotator.store import Store
from annotator.store.tables import done_runs as progress
from benchmarks.costs import annotator, cost

NAMES = ("politics", "economy", "culture", "sport", "weather")
VARIABLE = Variable(name="frame", scope="paragraph", key="f", categories=tuple(Category(name=name) for name in NAMES))
SPEAKER = Variable(name="speaker", level="entity", key="q", multiple=True)
N_SPEAKERS = 400
AT = "2031-01-01T00:00:00.000000Z"

FETCH_LABELS = (
    "select paragraph, coder, state, updated_at from reviews",
    "select paragraph, coder, value, origin from paragraph_labels where variable = ?",
)
FETCH_STATEMENTS = (
    "select paragraph, coder, state, updated_at from reviews",
    "select id, paragraph, coder, evidence_start, evidence_end from statements where deleted = 0",
    "select statement, speaker from statement_speakers",
    "select statement, value, origin from labels where variable = ?",
)
RUNS = 3


class Case(NamedTuple):
    """A project, the variable that is asked for, and what was promised."""

    title: str
    project: Path
    variable: str
    fetch: Sequence[str]
    seconds: float
    megabytes: float


def paragraphs(path: Path, n: int, *, has_statements: bool = False) -> None:
    """A project of n paragraphs with a label of each by four of five coders."""
    rng = np.random.default_rng(1)
    true = rng.integers(5, size=n)
    label = np.where(rng.random((5, n)) < 0.8, true, rng.integers(5, size=(5, n))).T.tolist()
    has = (rng.random((5, n)) >= 0.2).T.tolist()
    codebook = Codebook(name="frames", variables=(SPEAKER, VARIABLE) if has_statements else (VARIABLE,))
    with Store.create(path, codebook) as store:
        coders = _begin(store, n, 5)
        c = store.connection
        with c.write():

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
            reviews = ((i + 1, coder, "coded", AT) for k, coder in enumerate(coders) for i in range(n) if has[i][k])
            _finish(store, coders, reviews)


def statements(path: Path, n_each: int) -> None:
    """A project in which two coders made n statements each."""
    codebook, n_paragraphs = default_codebook(), n_each * 8 // 9
    with Store.create(path, codebook) as store:
        coders = _begin(store, n_paragraphs, 2)
        said = list(_said(random.Random(3), codebook, coders, n_paragraphs, n_each * 10 // 9))
        c = store.connection
        with c.write():
            c.executemany(
                "insert or ignore into speakers (id, speaker_id, name, created_at) values (?, ?, ?, ?)",
                ((i, f"s{i}", f"Speaker {i}", AT) for i in range(1, N_SPEAKERS + 1)),
            )
            c.executemany(
                "insert into statements (id, statement_id, paragraph, coder, evidence_start, evidence_end, created_at,"
                " updated_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
                ((i, f"u{i}", one.paragraph, one.coder, *one.evidence, AT, AT) for i, one in enumerate(said, 1)),
            )
            c.executemany(
                "insert into statement_speakers (statement, position, words, speaker) values (?, 0, 'x', ?)",
                ((i, one.speaker) for i, one in enumerate(said, 1)),
            )
            c.executemany(
                "insert into labels (statement, variable, value, codebook, origin, updated_at)"
                " values (?, ?, ?, 1, 'coder', ?)",
                ((i, name, value, AT) for i, one in enumerate(said, 1) for name, value in one.labels.items()),
            )
            has = {(one.paragraph, one.coder) for one in said}
            everywhere = ((i, coder) for coder in coders for i in range(1, n_paragraphs + 1))
            _finish(store, coders, ((*one, "coded" if one in has else "no claim", AT) for one in everywhere))


class Said(NamedTuple):
    """One coder's statement."""

    paragraph: int
    coder: int
    evidence: tuple[int, int]
    speaker: int
    labels: dict[str, str]


def _said(
    chance: random.Random, codebook: Codebook, coders: Sequence[int], n_paragraphs: int, n: int
) -> Iterator[Said]:
    """What coders find of n statements: nine of ten, and four of five labels right."""
    names = {one.name: one.names for one in codebook.variables if one.name in ("stance", "claim_type")}
    for paragraph in sorted(chance.randrange(n_paragraphs) for _ in range(n)):
        start, length = 300 * paragraph + chance.randrange(150), chance.randrange(20, 100)
        speaker = 1 + chance.randrange(N_SPEAKERS)
        true = {name: chance.choice(values) for name, values in names.items()}
        for coder in coders:
            if chance.random() < 0.1:
                continue
            begin = start if chance.random() < 0.7 else start + chance.randrange(15)
            who = speaker if chance.random() < 0.8 else 1 + chance.randrange(N_SPEAKERS)
            labels = {
                name: value if chance.random() < 0.8 else chance.choice(names[name]) for name, value in true.items()
            }
            yield Said(paragraph + 1, coder, (begin, begin + length), who, labels)


def _begin(store: Store, n: int, n_coders: int) -> list[int]:
    """One article of n paragraphs, and some coders."""
    coders = [store.coder(f"coder {i}").id for i in range(n_coders)]
    c = store.connection
    with c.write():
        c.execute(
            "insert into articles (id, article_id, sha256, checksum, name, n_paragraphs, added_at, raw_text)"
            " values (1, 'a', 'a', 0, 'a', ?, ?, 'x')",
            (n, AT),
        )
        c.executemany(
            "insert into paragraphs (id, article, position, start, end) values (?, 1, ?, ?, ?)",
            ((i + 1, i, 300 * i, 300 * i + 250) for i in range(n)),
        )
    return coders


def _finish(store: Store, coders: Sequence[int], reviews: Iterator[tuple[object, ...]]) -> None:
    store.connection.executemany(
        "insert into reviews (paragraph, coder, state, updated_at) values (?, ?, ?, ?)", reviews
    )
    for coder in coders:
        progress.rebuild(store.connection, coder)


def fetch(path: Path, variable: str, queries: Sequence[str]) -> None:
    """The bound: fetch the rows, and do nothing with them."""
    with Store(path, read_only=True) as store:
        for sql in queries:
            for _ in store.connection.stream(sql, (variable,) * sql.count("?")):
                pass


def _in_process(call: str) -> list[str]:
    code = f"from pathlib import Path; from benchmarks import agreement_store as b; b.{call}"
    return [sys.executable, "-c", code]


def compare(case: Case) -> None:
    """The command and its bound, in turn."""
    command = annotator(case.project, "agreement", "--variable", case.variable, "--json")
    bounds, ours = [], []
    for _ in range(RUNS):
        bounds.append(cost(_in_process(f"fetch(Path({str(case.project)!r}), {case.variable!r}, {case.fetch!r})")))
        ours.append(cost(command))
    best, bound = min(ours), min(bounds)
    print(f"{case.title}: annotator agreement --variable {case.variable} --json")
    print(
        f"  {best.seconds:.2f} s of processor (at most {case.seconds:g}), {best.megabytes:.0f} MB ({case.megabytes:g})"
    )
    print(f"  fetching the rows alone {bound.seconds:.2f} s: {best.seconds / bound.seconds:.2f} ×")


def live(folder: Path) -> None:
    """What a label costs, from the committed step to the new figures."""
    path = folder / "live.db"
    paragraphs(path, 20_000)
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--paragraphs", type=int, default=200_000, help="each with four labels on average (200,000)")
    parser.add_argument("--statements", type=int, default=90_000, help="of each of two coders (90,000)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        plain, mixed, said = (Path(folder) / f"{name}.db" for name in ("paragraphs", "mixed", "statements"))
        paragraphs(plain, given.paragraphs)
        paragraphs(mixed, given.paragraphs, has_statements=True)
        statements(said, given.statements)
        labels = f"{4 * given.paragraphs:,} labels of a paragraph variable"
        many = f"{2 * given.statements:,} statements of two coders"
        compare(Case(labels, plain, "frame", FETCH_LABELS, 3, 250))
        compare(Case(f"{labels}, in a codebook with statements", mixed, "frame", FETCH_LABELS, 3, 250))
        compare(Case(many, said, "stance", FETCH_STATEMENTS, 5, 250))
        compare(Case(many, said, "claim_type", FETCH_STATEMENTS, 5, 250))
        live(Path(folder))


if __name__ == "__main__":
    main()
