"""How fast 50,000 articles are read from JSONL, against a bare executemany of the rows that come of it.

    python -m benchmarks.ingest [N_ARTICLES]

Reading includes parsing, splitting, roles and validation; the yardstick inserts the same articles and paragraphs, made
beforehand, into two plain SQLite tables in one transaction. Both in one run, each in a process of its own for its memory.
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

from annotator.ingest import Input, Read, inputs

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


def insert(path: Path) -> None:
    """The rows are made a thousand articles at a time, and only their insertion is timed."""
    seconds = 0.0
    n_articles = n_paragraphs = 0
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder, "bare.db"), isolation_level=None)
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table article (id text primary key, name text, raw_text text, source text) strict")
        connection.execute(
            "create table paragraph (id integer primary key, article text, position int, start int, end int, role text) strict"
        )
        connection.execute("begin")
        found = articles(path)
        while chunk := [item.article for item in itertools.islice(found, 1000)]:
            rows = [(one.article_id, one.name, one.raw_text, one.source) for one in chunk]
            more = [(one.article_id, p.position, p.start, p.end, p.role) for one in chunk for p in one.paragraphs]
            start = time.perf_counter()
            connection.executemany("insert into article values (?, ?, ?, ?)", rows)
            connection.executemany(
                "insert into paragraph (article, position, start, end, role) values (?, ?, ?, ?, ?)", more
            )
            seconds += time.perf_counter() - start
            n_articles += len(rows)
            n_paragraphs += len(more)
        start = time.perf_counter()
        connection.execute("commit")
        say(seconds + time.perf_counter() - start, n_articles, n_paragraphs)


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
        reading, bare = in_process("read", path), in_process("insert", path)
    for name, found in (("read, with roles", reading), ("bare executemany", bare)):
        rows = found["articles"] + found["paragraphs"]
        print(
            f"{name:18} {found['seconds']:6.1f} s  {found['articles'] / found['seconds']:8,.0f} articles/s"
            f"  {rows / found['seconds']:9,.0f} rows/s  {1e6 * found['seconds'] / found['paragraphs']:5.1f} µs a paragraph"
        )
    print(f"memory of reading  {reading['mb']:.0f} MB")
    both = bare["seconds"] / (reading["seconds"] + bare["seconds"])
    print(f"reading and then inserting goes at {both:.2f} x the rate of inserting alone (wanted: 0.15)")


if __name__ == "__main__":
    if sys.argv[1:2] in (["read"], ["insert"]):
        {"read": read, "insert": insert}[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
