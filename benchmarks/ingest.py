"""How fast 50,000 articles are added from JSONL, against a bare executemany of the rows that come of it.

    python -m benchmarks.ingest [N_ARTICLES]

"add" is the command line's `annotator add`: it parses, splits, guesses roles, validates, hashes and stores, in one
transaction; several processes read where there are several processors. "read" is the first part of that in one process.
There are two yardsticks, both an executemany of the rows that "add" wrote, with nothing else timed: "project" into two
empty tables of the project's own definition, with its constraints and indexes; "plain" into two tables of bare columns.
All in one run, each in a process of its own for its memory, the yardsticks before and after, the better time of each.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

from annotator.cli import run
from annotator.ingest import Input, Read, inputs, read_input
from annotator.ingest.process_pool import n_workers

N_ARTICLES = 50_000
SAMPLES = Path(__file__).resolve().parents[1] / "seeds"


def write_corpus(path: Path, n_articles: int) -> None:
    """Articles of 20 paragraphs each, cut from the samples; short lines repeat, as in news, sentences do not."""
    lines = [line for sample in sorted(SAMPLES.glob("*.txt")) for line in sample.read_text("utf-8").split("\n") if line]
    with path.open("w", encoding="utf-8") as file:
        for number in range(n_articles):
            start = 7 * number % len(lines)
            chosen = itertools.islice(itertools.cycle(lines), start, start + 20)
            text = "\n\n".join(numbered(line, number) for line in chosen)
            file.write(json.dumps({"id": number, "text": text, "source": "The Lamp"}, ensure_ascii=False) + "\n")


def numbered(line: str, number: int) -> str:
    """A long line with a number in its middle, which makes it another one."""
    if len(line) < 60:
        return line
    at = line.find(" ", len(line) // 2)
    return f"{line[:at]} {number}{line[at:]}"


def read(path: Path) -> None:
    start = time.perf_counter()
    n_articles = n_paragraphs = 0
    for found in inputs([path]):
        assert isinstance(found, Input)
        for item in read_input(found):
            assert isinstance(item, Read)
            n_articles += 1
            n_paragraphs += len(item.article.paragraphs)
    say(time.perf_counter() - start, n_articles, n_paragraphs)


def add(path: Path) -> None:
    project = str(path.with_suffix(".db"))
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        start = time.perf_counter()
        code = run(["--project", project, "add", str(path)])
        seconds = time.perf_counter() - start
    assert code == 0
    with sqlite3.connect(project) as c:
        counts = c.execute("select (select count(*) from articles), (select count(*) from paragraphs)").fetchone()
    say(seconds, *counts)


def init(path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "annotator", "--project", str(path.with_suffix(".db")), "init"],
        check=True,
        capture_output=True,
    )


def insert(path: Path, is_plain: bool) -> None:
    """The rows that "add" wrote, read a few thousand at a time; only their insertion is timed."""
    source = sqlite3.connect(path.with_suffix(".db"))
    file = path.with_suffix(".bare")
    for part in ("", "-wal", "-shm"):
        Path(f"{file}{part}").unlink(missing_ok=True)
    target = sqlite3.connect(file, isolation_level=None)
    target.execute("pragma journal_mode=wal")
    seconds, n_rows = 0.0, {}
    for table in ("articles", "paragraphs"):
        names = [column[1] for column in source.execute(f"pragma table_info({table})")]
        (definition,) = source.execute("select sql from sqlite_master where name = ?", (table,)).fetchone()
        target.execute(f"create table {table} ({', '.join(names)})" if is_plain else definition)
    target.execute("begin")
    for table in ("articles", "paragraphs"):
        rows = source.execute(f"select * from {table} order by id")
        statement = f"insert into {table} values ({', '.join('?' * len(rows.description))})"
        n_rows[table] = 0
        while chunk := rows.fetchmany(5000):
            start = time.perf_counter()
            target.executemany(statement, chunk)
            seconds += time.perf_counter() - start
            n_rows[table] += len(chunk)
    start = time.perf_counter()
    target.execute("commit")
    say(seconds + time.perf_counter() - start, n_rows["articles"], n_rows["paragraphs"])


def say(seconds: float, n_articles: int, n_paragraphs: int) -> None:
    """The memory is this process's, and as much as its largest child's for each that may run beside it."""
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    memory = own + n_workers() * child
    print(json.dumps({"seconds": seconds, "articles": n_articles, "paragraphs": n_paragraphs, "mb": memory}))


def in_process(what: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.ingest", what, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    n_articles = int(sys.argv[1]) if len(sys.argv) > 1 else N_ARTICLES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "corpus.jsonl")
        write_corpus(path, n_articles)
        print(
            f"{n_articles:,} articles, {path.stat().st_size / 1e6:.0f} MB of JSONL, {n_workers()} processes that read"
        )
        init(path)
        found = {what: in_process(what, path) for what in ("add", "read", "project", "plain")}
        for what in ("project", "plain"):
            found[what] = min(found[what], in_process(what, path), key=lambda one: one["seconds"])
    project, plain = found["project"]["seconds"], found["plain"]["seconds"]
    for what, one in found.items():
        rows = one["articles"] + one["paragraphs"]
        print(
            f"{what:7} {one['seconds']:6.1f} s  {one['articles'] / one['seconds']:7,.0f} articles/s"
            f"  {rows / one['seconds']:8,.0f} rows/s  {one['mb']:4.0f} MB"
            f"  {project / one['seconds']:.2f} x project  {plain / one['seconds']:.2f} x plain"
        )
    print("wanted: add at 0.15 x the rate of a bare executemany, 300 MB at most")


WHAT: dict[str, Callable[[Path], None]] = {
    "read": read,
    "add": add,
    "project": partial(insert, is_plain=False),
    "plain": partial(insert, is_plain=True),
}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WHAT:
        WHAT[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
