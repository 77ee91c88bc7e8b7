"""The durability promise at full length; writes its table into docs/durability.md.

uv run python -m benchmarks.faults                 everything, at the length of the table (an hour or more)
uv run python -m benchmarks.faults kills writers   only these
uv run python -m benchmarks.faults --share 0.05    a twentieth of everything
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from annotator.store.file.connection import sqlite_version
from annotator.store.rescue.doctor import examine
from tests.faults.conftest import empty, worked
from tests.faults.damage import damage
from tests.faults.days import press_on
from tests.faults.full_disk import fill
from tests.faults.histories import check
from tests.faults.journals import journals
from tests.faults.leaving import leave_while_locked
from tests.faults.power import survive
from tests.faults.sessions import kill_sessions
from tests.faults.surroundings import bear
from tests.faults.test_faults import OPERATIONS, code, old_state, prepared
from tests.faults.test_recovery import coders_files, recovered
from tests.faults.writers import write_together
from tests.store.test_merge import exported

PAGE = Path(__file__).parents[1] / "docs" / "durability.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
RESULTS = Path(__file__).parent / "faults.json"

Row = tuple[str, str]
"""What was done, and what came of it."""


def kills(folder: Path, share: float) -> Row:
    path = empty(folder / "annotations.db")
    n = _n(1000, share)
    found = kill_sessions(path, n_kills=n)
    verdict = "clean" if examine(path).is_sound else "NOT CLEAN"
    return (
        f"`kill -9` at {n:,} random moments of sessions in a pseudo-terminal, while keys stream in",
        f"{found.n_keys:,} keys sent, {found.n_steps:,} steps kept, {len(found.lost)} shown as saved and lost;"
        f" doctor: {verdict}",
    )


def leaving(folder: Path, share: float) -> Row:
    path = empty(folder / "annotations.db")
    n = _n(200, share)
    found = leave_while_locked(path, n_times=n)
    return (
        f"{n} sessions left while keys wait for another program: by Ctrl+Q, SIGTERM, SIGHUP, a closed terminal",
        f"{found.n_keys:,} keys: {found.n_written:,} written, {found.n_told:,} told as not written,"
        f" {len(found.silent)} sessions that lost one in silence",
    )


def writers(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db", 0)
    n = _n(500, share)
    found = write_together(path, n_coders=16, n_labels=n, kill_every=0.5)
    verdict = "clean" if examine(path).is_sound else "NOT CLEAN"
    return (
        f"16 coder processes × {n} labels on one file, one killed and restarted every half second",
        f"{found.n_labels:,} labels, {found.kills} kills, {found.lost} lost, {found.doubled} doubled; a commit takes"
        f" {found.median} ms (median), {found.p99} ms (99 %), {found.longest} ms (longest);"
        f" {found.busy} waits beyond 5 s; doctor: {verdict}",
    )


def disk(folder: Path, share: float) -> Row:
    base = folder / "project"
    base.mkdir()
    prepared(worked(base / "annotations.db"))
    parts = []
    for name, operation in OPERATIONS.items():
        step = max(4096, int(4096 / share))
        filled = fill(base, operation, old_state, step=step)
        parts.append(f"{name} {filled.n_failures}")
    return (
        "the disk full at each write (one page more room at a time)",
        f"refused in one sentence, old state intact, done when there was room: {', '.join(parts)} times",
    )


def power(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db")
    n = _n(2000, share)
    parts = []
    for journal in ("wal", "delete"):
        disks = folder / journal
        disks.mkdir()
        found = survive(path, code, disks, journal=journal, n_disks=n)
        parts.append(
            f"{journal.upper()}: {n - len(found.faults):,} of {n:,} opened with every commit that had returned"
        )
    return (
        "loss of power: prefixes, subsets and reorderings of unsynced 512-byte sectors at random moments of a session",
        "; ".join(parts),
    )


def damages(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db")
    n = _n(500, share)
    found = damage(path, folder, n=n)
    parts = [
        f"{kind}: {found.noticed[kind]} of {n} noticed, the others changed nothing,"
        f" {found.saved[kind]} of {found.tried_to_save[kind]} made a sound project again"
        for kind in found.trials
    ]
    return f"a bit flipped, a page zeroed, the file cut, the header gone, {n} times each", (
        f"{len(found.silent)} silent; " + "; ".join(parts)
    )


def journal(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db")
    here = folder / "killed"
    here.mkdir()
    n = _n(200, share)
    found = journals(path, here, n=n)
    parts = [
        f"{kind}: {found.noticed[kind]} of {found.trials[kind]} noticed"
        + (f", {found.whole[kind]} held everything" if found.whole[kind] else "")
        for kind in found.trials
    ]
    return (
        f"a program killed at work, and its journal missing, stale, cut, broken or foreign, {n} times each",
        f"{len(found.silent)} silent; " + "; ".join(parts),
    )


def around(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db")
    n = _n(50, share)
    rounds = [bear(path, seed) for seed in range(n)]
    kept = {name: sum(one[name].is_kept for one in rounds) for name in rounds[0]}
    said = {one.sentence for found in rounds for one in found.values()}
    if "it was written" in said or "nothing was said" in said:
        raise AssertionError("something was written where it must not be, or nothing said")
    return (
        "read-only file or folder, locked, replaced, moved, restored under the program, clocks that jump, time zones",
        f"a clear sentence each time, and nothing lost: {', '.join(f'{name} {k} of {n}' for name, k in kept.items())}",
    )


def recovery(folder: Path, share: float) -> Row:
    files = coders_files(folder)
    wanted = exported(files / "wanted.db")
    every = max(1, round(1 / share))
    same = [exported(whole) == wanted for _, whole in recovered(files, folder, every=every)]
    return (
        "three coders' files, each page of one of them lost in turn, the rest repaired and merged",
        f"{sum(same)} of {len(same)} projects give the same bytes of the export as the undamaged files",
    )


def histories(folder: Path, share: float) -> Row:
    n = _n(2500, share)
    n_conflicts = n_codebooks = n_refused = 0
    started = time.monotonic()
    for seed in range(n):
        here = folder / str(seed)
        here.mkdir()
        found = check(here, random.Random(seed))
        n_conflicts += found.n_conflicts
        n_codebooks += found.n_codebooks
        n_refused += found.is_refused
        shutil.rmtree(here)
    return (
        f"{4 * n:,} random histories, {n:,} times three files and the one they come from: labels, undo, redo, speakers"
        " renamed and merged, paragraphs settled; codebooks that rename, merge, split, retire and go back",
        "every order and grouping of the merge gave the same state and the same bytes of the export, and the state was"
        f" what the history says ({n_codebooks:,} changes of codebooks, {n_conflicts:,} conflicting versions kept;"
        f" {n_refused} sets whose codebooks went different ways were refused in every order;"
        f" {time.monotonic() - started:.0f} s)",
    )


def days(folder: Path, share: float) -> Row:
    path = empty(folder / "annotations.db")
    n = _n(43_200, share)
    quarters = press_on(path, n_keys=n)
    first, last = quarters[1], quarters[-1]
    return (
        f"24 h of one coder's keys ({n:,}, one every two seconds), compressed",
        f"second quarter → last: memory {first.memory} → {last.memory} MB, a key {first.median} → {last.median} ms"
        f" (median), {first.p99} → {last.p99} ms (99 %), the file grows by {first.bytes_a_key:.0f} →"
        f" {last.bytes_a_key:.0f} bytes a key",
    )


FAULTS: dict[str, Callable[[Path, float], Row]] = {
    "kills": kills,
    "leaving": leaving,
    "writers": writers,
    "disk": disk,
    "power": power,
    "damage": damages,
    "journal": journal,
    "around": around,
    "recovery": recovery,
    "histories": histories,
    "days": days,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=", ".join(FAULTS))
    parser.add_argument("--share", type=float, default=1.0, help="how much of the full length")
    parser.add_argument("--no-page", action="store_true", help="leave docs/durability.md alone")
    given = parser.parse_args()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in given.faults or FAULTS:
        print(f"{name} …", flush=True)
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            row = FAULTS[name](Path(folder), given.share)
        print(f"  {row[0]}\n  {row[1]}\n  ({time.monotonic() - started:.0f} s)", flush=True)
        results[name] = row
        if not given.no_page:
            RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
            write_page(results)


def write_page(results: dict[str, Row]) -> None:
    """Put the figures of the last run of each fault into the page."""
    rows = [results[name] for name in FAULTS if name in results]
    machine = f"Python {platform.python_version()}, SQLite {sqlite_version()}, {platform.system()} {platform.machine()}"
    table = ["| fault | what came of it |", "|---|---|", *(f"| {what} | {came} |" for what, came in rows)]
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n{machine}.\n\n" + "\n".join(table) + f"\n{END}{tail}", encoding="utf-8")


def _n(full: int, share: float) -> int:
    return max(1, round(full * share))


if __name__ == "__main__":
    main()
