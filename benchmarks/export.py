"""`export jsonl` against SQLite's own json_object over the same join, and against polars.

    python benchmarks/export.py [--labels 3000000] [--keep FILE]

It makes a project with that many labels (three a statement, two coders, twenty paragraphs an article), then times,
each in a process of its own, from the same file, with the cache warm:

- `annotator export jsonl` as a user calls it: all eleven files, flushed to disk, hashed, with their manifest;
- SQLite's json_object over the join that gives the rows of statements.jsonl, written line by line to one file;
- polars: `read_database` of that same join, then `write_ndjson`.

Memory is the peak of what the process holds, looked at fifty times a second (on Linux).

polars is not a dependency: `uv run --with polars python benchmarks/export.py`, else its line says that it is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

N_PARAGRAPHS = 20
VARIABLES = ("stance", "claim_type", "target")

JOIN = """
  from statements s join paragraphs p on p.id = s.paragraph join articles a on a.id = p.article
    join coders n on n.id = s.coder left join reviews r on r.coder = s.coder and r.paragraph = s.paragraph
  where s.deleted = 0
"""


def fields(codebook_variables: list[str]) -> list[tuple[str, str]]:
    """The columns of statements.jsonl as SQL."""
    speakers = (
        "(select json_group_array(k.name) from statement_speakers t join speakers k on k.id = t.speaker"
        " where t.statement = s.id)"
    )
    values = [
        (name, f"(select value from labels l where l.statement = s.id and l.variable = '{name}')")
        for name in codebook_variables
    ]
    return [
        ("statement_id", "s.statement_id"),
        ("article_id", "a.article_id"),
        ("article", "a.name"),
        ("paragraph", "p.position"),
        ("paragraph_start", "p.start"),
        ("paragraph_end", "p.end"),
        ("role", "coalesce(r.role, p.role)"),
        ("coder", "n.name"),
        ("speakers", speakers),
        *values,
        ("evidence", "substr(a.raw_text, s.evidence_start + 1, s.evidence_end - s.evidence_start)"),
        ("evidence_start", "s.evidence_start"),
        ("evidence_end", "s.evidence_end"),
        ("note", "s.note"),
        ("flag", "s.flag"),
        ("created_at", "s.created_at"),
        ("updated_at", "s.updated_at"),
    ]


def make_project(path: Path, n_labels: int) -> None:
    """A project with invented text, in which two coders made a statement in every other paragraph each."""
    from annotator.codebook.file import default_codebook
    from annotator.model import Article, Paragraph
    from annotator.store import Store

    rng = random.Random(5)
    codebook = default_codebook()
    n_statements = n_labels // len(VARIABLES)
    n_articles = -(-n_statements // N_PARAGRAPHS)
    words = "harbour vote fish council said treaty storm “we” never again the of a to in that".split()

    def articles() -> Iterator[Article]:
        for i in range(n_articles):
            at, paragraphs, lines = 0, [], []
            for k in range(N_PARAGRAPHS):
                line = f"{i}.{k} " + " ".join(rng.choices(words, k=35))
                paragraphs.append(Paragraph(position=k, start=at, end=at + len(line)))
                lines.append(line)
                at += len(line) + 1
            yield Article(name=f"article {i:06}", raw_text="\n".join(lines), paragraphs=tuple(paragraphs))

    with Store.create(path, codebook) as store:
        store.articles.add_many(articles())
        coders = [store.coder(name).id for name in ("ada", "ben")]
        names = {variable.name: variable.names for variable in codebook.variables}
        with store.connection.write():
            c = store.connection
            c.executemany(
                "insert into speakers (speaker_id, name, created_at) values (?, ?, '2031')",
                [(f"speaker-{i}", f"Speaker {i}") for i in range(2000)],
            )
            first = c.one("select min(id) from speakers where name = 'Speaker 0'")
            assert first is not None
            at = "2031-04-02T10:00:00.000000Z"
            c.executemany(
                "insert into statements (id, statement_id, paragraph, coder, evidence_start, evidence_end, created_at,"
                " updated_at) select ?, ?, p.id, ?, p.start, p.end - 5, ?, ? from paragraphs p where p.id = ?",
                (
                    (i + 1, f"{i:08x}-0000-4000-8000-{i:012x}", coders[i % 2], at, at, i // 2 * 2 + 1 + i % 2)
                    for i in range(n_statements)
                ),
            )
            c.executemany(
                "insert into statement_speakers (statement, position, words, speaker, rank) values (?, 0, ?, ?, ?)",
                (
                    (i + 1, f"Speaker {k}", first[0] + k, rng.choice((1, 2, None)))
                    for i in range(n_statements)
                    for k in (rng.randrange(2000),)
                ),
            )
            c.executemany(
                "insert into labels (statement, variable, value, codebook, origin, updated_at)"
                " values (?, ?, ?, 1, ?, ?)",
                (
                    (i + 1, variable, rng.choice(names[variable]), rng.choice(("coder", "sticky")), at)
                    for i in range(n_statements)
                    for variable in sorted(VARIABLES)
                ),
            )
            c.execute(
                "insert into reviews (paragraph, coder, state, seconds, updated_at)"
                " select distinct paragraph, coder, 'coded', 12.5, updated_at from statements"
            )
        store.connection.execute("analyze")


def run_ours(project: Path, out: Path) -> None:
    """`annotator export jsonl`."""
    from annotator.cli import run

    code = run(["--project", str(project), "export", "jsonl", "--out", str(out)])
    assert code == 0


def _variables() -> list[str]:
    from annotator.codebook.file import default_codebook

    return [v.name for v in default_codebook().variables if v.scope == "statement" and v.name != "speaker"]


def run_sqlite(project: Path, out: Path) -> None:
    """SQLite's json_object over the same join, to one file."""
    from annotator.store import Store

    out.mkdir()
    arguments = ", ".join(
        f"'{name}', {'json(' + sql + ')' if name == 'speakers' else sql}" for name, sql in fields(_variables())
    )
    with Store(project, read_only=True) as store, (out / "rows.jsonl").open("w", encoding="utf-8") as file:
        for (line,) in store.connection.stream(f"select json_object({arguments}) {JOIN}"):
            file.write(line)
            file.write("\n")


def run_polars(project: Path, out: Path) -> None:
    """polars: the same join into a frame, the frame into lines."""
    import sqlite3

    import polars  # type: ignore[import-not-found,unused-ignore] # no dependency

    out.mkdir()
    columns = ", ".join(f"{sql} as {name}" for name, sql in fields(_variables()))
    connection = sqlite3.connect(project)
    frame = polars.read_database(f"select {columns} {JOIN}", connection, infer_schema_length=None)
    frame.write_ndjson(out / "rows.jsonl")


WORK = {"annotator export jsonl": run_ours, "sqlite json_object": run_sqlite, "polars": run_polars}


def measure(name: str, project: Path, n_labels: int, folder: Path) -> dict[str, float | str]:
    """Seconds, labels a second and peak memory of one of them, in a process of its own."""
    out = Path(tempfile.mkdtemp(dir=folder)) / "out"
    command = [sys.executable, __file__, "--run", name, "--project", str(project), "--out", str(out)]
    with (
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdout=said, stderr=errors, env={**os.environ, "PYTHONPATH": "."}) as process,
    ):
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, resident_mb(process.pid))
            time.sleep(0.02)
        said.seek(0)
        errors.seek(0)
        if process.returncode:
            return {"what": name, "missing": errors.read().decode().strip().splitlines()[-1]}
        found: dict[str, float] = json.loads(said.read().decode().strip().splitlines()[-1])
    written = sum(file.stat().st_size for file in out.iterdir())
    shutil.rmtree(out)
    return {
        "what": name,
        "seconds": round(found["seconds"], 2),
        "cpu_seconds": round(found["cpu_seconds"], 2),
        "labels_per_second": round(n_labels / found["seconds"]),
        "peak_mb": round(peak),
        "written_mb": round(written / 1e6),
    }


def resident_mb(pid: int) -> float:
    """The memory that a process holds at this moment.

    Not `ru_maxrss`, which begins at what the process that started it held.
    """
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / 1e6


def main() -> None:
    """Make the project, or take the one that is kept, and print one line of JSON for each contender."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=int, default=3_000_000)
    parser.add_argument("--keep", type=Path, help="Keep the project there, or use the one that is there.")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--run", choices=list(WORK), help=argparse.SUPPRESS)
    parser.add_argument("--project", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        started = time.perf_counter()
        WORK[chosen.run](chosen.project, chosen.out)
        seconds = time.perf_counter() - started
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"seconds": seconds, "cpu_seconds": used.ru_utime + used.ru_stime}))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = chosen.keep or folder / "project.db"
        if not project.exists():
            make_project(project, chosen.labels)
        best: dict[str, float] = {}
        for _ in range(chosen.repeat):
            for work in WORK:
                figures = measure(work, project, chosen.labels, folder)
                print(json.dumps(figures), flush=True)
                if "seconds" in figures:
                    best[work] = min(best.get(work, 1e9), float(figures["seconds"]))
        ours = best["annotator export jsonl"]
        print(json.dumps({f"rate against {name}": round(best[name] / ours, 2) for name in best if best[name] != ours}))


if __name__ == "__main__":
    main()
