"""From a key to its commit and to the first changed bytes, beside a bare app: `python -m benchmarks.latency`.

The keys go to the real program in a pseudo-terminal. A second connection to the project file sees each commit
(`pragma data_version`), the pseudo-terminal each byte that is painted.
"""

from __future__ import annotations

import argparse
import os
import select
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from annotator.model import JOURNALIST
from annotator.session import Session
from annotator.store import Store
from benchmarks.projects import BARE, ROOT, WHICH, five, large, long_article
from benchmarks.start import compile_all, is_usable, processor, start
from tests.e2e.coder import ANNOTATOR
from tests.e2e.terminal import KEYS, Terminal

CYCLE = ("0", "n", "f", "o", "d", "s", "i", "u", "enter")
"""A statement of the journalist's, changed a few times, and on to the next paragraph."""

TICK = 0.0002
"""Seconds between two looks at the project file; the terminal is noticed at once."""

N_OPENINGS = 5


class Times(NamedTuple):
    """What one key took, in milliseconds; `committed` is None where the key committed nothing."""

    committed: float | None
    painted: float


def watch(terminal: Terminal, key: str, has_changed: Callable[[], bool]) -> Times:
    """Press a key; poll the project file and the terminal until both have moved and all is painted."""
    data = KEYS.get(key, key).encode()
    committed: float | None = None
    painted: float | None = None
    since = time.perf_counter()
    os.write(terminal.file, data)
    while painted is None:
        if committed is None and has_changed():
            committed = (time.perf_counter() - since) * 1000
        if select.select([terminal.file], [], [], TICK)[0]:
            painted = (time.perf_counter() - since) * 1000
        if time.perf_counter() - since > 5:
            raise TimeoutError(f"nothing was painted after {key}:\n{terminal.text}")
    while terminal.read(0.03):
        pass
    return Times(committed, painted)


class Compared(NamedTuple):
    """What the keys took in the bare app and in the real program, and both their processor time, in ms a key."""

    bare: list[Times]
    own: list[Times]
    processor: tuple[float, float]


def compare(path: Path, n: int) -> Compared:
    """So many keys of a coder in the real program, and in turn as many in the bare app, on the same machine."""
    environment = {"ANNOTATOR_CODER": "a", "PYTHONPATH": str(ROOT)}
    command = (*ANNOTATOR, "--project", str(path))
    found = Compared([], [], (0.0, 0.0))
    with (
        Terminal(BARE, path.parent, environment=environment) as bare,
        Terminal(command, path.parent, environment=environment) as own,
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as connection,
    ):
        bare.wait_for("ready")
        own.wait_for(lambda shown: " left" in shown and "1 " in shown, seconds=60)
        while own.read(1) or bare.read(0.1):
            pass
        has_changed = _changes(connection)
        before = [processor(one.pid) for one in (bare, own)]
        for i in range(n):
            found.bare.append(watch(bare, "a", lambda: False))
            has_changed()
            found.own.append(watch(own, CYCLE[i % len(CYCLE)], has_changed))
        spent = [processor(one.pid) - since for one, since in zip((bare, own), before, strict=True)]
    return found._replace(processor=(spent[0] * 1000 / n, spent[1] * 1000 / n))


def _changes(connection: sqlite3.Connection) -> Callable[[], bool]:
    """A function that says whether anything was committed since it was last asked."""
    seen = [0]

    def has_changed() -> bool:
        (version,) = connection.execute("pragma data_version").fetchone()
        is_new, seen[0] = version != seen[0], version
        return bool(is_new)

    return has_changed


def of_session(path: Path, n: int) -> list[float]:
    """Milliseconds of what one key records, without a screen."""
    with Store(path) as store:
        session = Session(store, "b")
        stance = session.instrument.codebook.variable("stance")
        assert stance is not None
        names = [category.name for category, _ in stance.walk()]
        session.statements.type_speaker(JOURNALIST)
        taken = []
        for i in range(n):
            since = time.perf_counter()
            session.labels.choose(stance, names[i % len(names)])
            taken.append((time.perf_counter() - since) * 1000)
        return taken


def next_left(path: Path, n: int = 200) -> list[float]:
    """Milliseconds to find the next uncoded paragraph, with the first half of them done but for every thousandth."""
    with Store(path) as store:
        coding = store.coding("c")
        (last,) = store.connection.one("select max(id) from paragraphs") or (0,)
        with store.connection.write():
            store.connection.execute(
                "insert into reviews (paragraph, coder, state, updated_at) select id, ?, 'no claim', '2000-01-01'"
                " from paragraphs where id <= ? and id % 1000 <> 0 on conflict do nothing",
                (coding.coder.id, last // 2),
            )
            from annotator.store.tables import done_runs as progress

            progress.rebuild(store.connection, coding.coder.id)
        taken = []
        for i in range(n):
            since = time.perf_counter()
            coding.next_left(i * last // n)
            taken.append((time.perf_counter() - since) * 1000)
        return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, default=220, help="keys")
    parser.add_argument("--large", action="store_true", help="also a project of 50,000 articles (some minutes)")
    options = parser.parse_args()
    compile_all()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = five(folder)
        _print(WHICH, compare(small, options.n))
        _summary("  recorded without a screen", of_session(small, options.n))
        (folder / "long").mkdir()
        _print("an article of 2,000 paragraphs", compare(long_article(folder / "long"), options.n))
        if options.large:
            _large(folder, small, options.n)


def _large(folder: Path, small: Path, n: int) -> None:
    (folder / "large").mkdir()
    since = time.perf_counter()
    path = large(folder / "large")
    print(f"50,000 articles, 1,000,000 paragraphs: made in {time.perf_counter() - since:.0f} s")
    opening: dict[Path, list[float]] = {small: [], path: []}
    for i in range(N_OPENINGS + 1):
        for one, taken in opening.items():
            command = (*ANNOTATOR, "--project", str(one))
            seconds = start(command, one.parent, is_usable).seconds
            taken.extend([seconds] if i else [])
    ratio = statistics.median(b / a for a, b in zip(*opening.values(), strict=True))
    print(f"  opening {statistics.median(opening[path]) * 1000:.0f} ms, {ratio:.2f} × the small project (target ≤ 1.5)")
    _print("  keys", compare(path, n))
    _summary("  next uncoded paragraph (target ≤ 5)", next_left(path))


def _print(what: str, found: Compared) -> None:
    bare, own = found.bare, found.own
    print(f"{what}: {len(own)} keys")
    _summary("  key to commit (target: median ≤ 5)", [one.committed for one in own if one.committed is not None])
    _summary("  key to first changed bytes", [one.painted for one in own])
    _summary("  the same in a bare app", [one.painted for one in bare])
    ratio = statistics.median(one.painted for one in own) / statistics.median(one.painted for one in bare)
    print(f"  ratio of the medians {ratio:.2f} (target ≤ 3)")
    print(f"  processor time a key: bare {found.processor[0]:.1f} ms, annotator {found.processor[1]:.1f} ms")


def _summary(what: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{what}: median {statistics.median(ordered):.2f} ms, p99 {p99:.2f} ms")


if __name__ == "__main__":
    main()
