"""How fast 50,000 articles are read from JSONL, against a bare executemany of the rows that come of it.

    python -m benchmarks.ingest [N_ARTICLES]

"read" parses, splits, guesses roles and validates; "add" does that and stores it, in one transaction, as the
command line does. The yardstick is a bare executemany of the rows that "add" wrote into two empty tables of the same
definition. All in one run, each in a process of its own for its memory.
"""

from __future__ import annotations

import itertools
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from annotator.codebook_file import default_codebook
from annotator.ingest import Input, Read, inputs
from annotator.store import Store

N_ARTICLES = 50_000
SAMPLES = Path(__file__).resolve().parents[1] / "seeds"


def write_corpus(path: Path, n_articles: int) -> None:
    """Articles of 20 paragraphs each, cut from the samples and numbered so that no two are alike."""
    lines = [line for sample in sorted(SAMPLES.glob("*.txt")) for line in sample.read_text("utf-8").split("\n") if line]
    with path.open("w", encoding="utf-8") as file:
        for number in range(n_articles):
            start = 7 * number % len(lines)
            chosen = itertools.islice(itertools.cycle(lines), start, start + 20)
            text = f"No. {number}: " + "\n\n".join(chosen)
            file.write(json.dumps({"id": number, "text": text, "source": "The Lamp"}, ensure_ascii=False) + "\n")


def articles(path: Path) -> Iterator[Read]:
    for found in inputs([path]):
        assert isinstance(found, Input)
        yield from found.read()


def read(path: Path) -> None:
    start = time.perf_counter()
    n_articles = n_paragraphs = 0
    for item in articles(path):
        n_articles += 1
        n_paragraphs += len(item.article.paragraphs)
    say(time.perf_counter() - start, n_articles, n_paragraphs)


def add(path: Path) -> None:
    with Store.create(path.with_suffix(".db"), default_codebook()) as store:
        start = time.perf_counter()
        n_articles = n_paragraphs = 0
        with store.connection.write():
            for item in articles(path):
                store.articles.add(item.article)
                n_articles += 1
                n_paragraphs += len(item.article.paragraphs)
        say(time.perf_counter() - start, n_articles, n_paragraphs)


def insert(path: Path) -> None:
    """The rows that "add" wrote, read a few thousand at a time; only their insertion is timed."""
    source = sqlite3.connect(path.with_suffix(".db"))
    target = sqlite3.connect(path.with_suffix(".bare"), isolation_level=None)
    target.execute("pragma journal_mode=wal")
    seconds, n_rows = 0.0, {}
    for table in ("articles", "paragraphs"):
        target.execute(source.execute("select sql from sqlite_master where name = ?", (table,)).fetchone()[0])
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
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
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
        print(f"{n_articles:,} articles, {path.stat().st_size / 1e6:.0f} MB of JSONL")
        found = {what: in_process(what, path) for what in WHAT}
    bare = found["insert"]["seconds"]
    for what, one in found.items():
        rows = one["articles"] + one["paragraphs"]
        print(
            f"{what:7} {one['seconds']:6.1f} s  {one['articles'] / one['seconds']:7,.0f} articles/s"
            f"  {rows / one['seconds']:8,.0f} rows/s  {one['mb']:4.0f} MB  {bare / one['seconds']:.2f} x the bare rate"
        )
    print("wanted: add at 0.15 x the bare rate, 300 MB at most")


WHAT = {"read": read, "add": add, "insert": insert}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WHAT:
        WHAT[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
