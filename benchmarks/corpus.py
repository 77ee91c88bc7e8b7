"""What agreement over a corpus of labels costs, against a bare count of the same file by DuckDB.

    uv run --group consumers python -m benchmarks.corpus [--labels 3000000] [--parquet] [--memory 800MB] [CASE …]

Cases: `bare` counts patterns with two statements of SQL and nothing else; `command` is `annotator agreement --engine
duckdb`; `pairs` is the same with 50 coders, three of whom label a unit, so that patterns and pairs are counted apart;
`memory` is the same file without an engine. Each case is a process of its own: processor time of all its threads, start
included, and its peak memory. Invented labels: 5 categories, three labels a unit.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

CASES = ("bare", "command", "pairs", "memory")
_MOST_TIMES, _MOST_MB = 6.0, 1000.0
"""The targets: times the bare count, and megabytes."""

_BARE = """
import duckdb, sys
path, memory, folder = sys.argv[1:]
read = f"read_csv('{path}', all_varchar = true)" if path.endswith("csv") else f"'{path}'"
columns = ", ".join(f"count(*) filter (label = 'cat{i}') x{i}" for i in range(5))
duckdb.connect(config={"memory_limit": memory, "temp_directory": folder}).execute(
    f"select x0, x1, x2, x3, x4, count(*) from (select {columns} from {read} group by unit) group by all"
).fetchall()
"""
_MAKE = """
import duckdb, sys
path, units, coders, memory, folder = sys.argv[1:]
kind = "parquet" if path.endswith("parquet") else "csv, header"
duckdb.connect(config={"memory_limit": memory, "temp_directory": folder}).execute(f'''
    copy (
        select 'u' || u unit, 'coder' || (hash(u // 7) + c) % {coders} coder,
            'cat' || (case when hash(u * 7 + c) % 10 < 7 then hash(u) else hash(u * 31 + c) end) % 5 as label
        from range({units}) a(u), range(3) b(c)
    ) to '{path}' (format {kind})
''')
"""


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    """Processor time of all its threads."""
    peak: float
    """Megabytes resident at most."""


def run(command: list[str]) -> Cost:
    """Run a process to its end."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(command[:6])}")
    per_unit = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * per_unit / 1e6)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--labels", type=int, default=3_000_000)
    parser.add_argument("--parquet", action="store_true")
    parser.add_argument("--memory", default="800MB")
    given = parser.parse_args()
    python, kind = sys.executable, "parquet" if given.parquet else "csv"
    with tempfile.TemporaryDirectory(prefix="annotator-corpus-") as folder:
        files = {coders: str(Path(folder, f"of_{coders}.{kind}")) for coders in (3, 50)}
        wanted = given.cases or CASES
        for coders, path in files.items():
            if coders == 3 or "pairs" in wanted:
                run([python, "-c", _MAKE, path, str(given.labels // 3), str(coders), given.memory, folder])
        report = [python, "-m", "annotator", "agreement", "--level", "nominal", "--from"]
        engine = ["--engine", "duckdb", "--memory", given.memory]
        bare = run([python, "-c", _BARE, files[3], given.memory, folder])
        for case in wanted:
            cost = bare
            if case == "memory":
                cost = run([*report, files[3]])
            elif case != "bare":
                cost = run([*report, files[50 if case == "pairs" else 3], *engine])
            times = cost.seconds / bare.seconds
            is_good = times <= _MOST_TIMES and cost.peak <= _MOST_MB
            print(
                f"{case:8} {given.labels:>11,} labels  {cost.seconds:7.1f} s  {times:5.1f} x bare  {cost.peak:6.0f} MB"
                f"  {'ok' if is_good else 'over'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
