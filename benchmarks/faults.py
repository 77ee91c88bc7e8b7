"""The durability promise at full length; writes its table into docs/why-durable.md.

uv run python -m benchmarks.faults                 everything, at the length of the table (an hour or more)
uv run python -m benchmarks.faults kills writers   only these
uv run python -m benchmarks.faults --share 0.05    a twentieth of everything
"""

from __future__ import annotations

import argparse
import io
import json
import platform
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from annotator.store.file.connection import sqlite_version
from annotator.store.rescue.doctor import examine
from tests.faults.bits import everything, flip_each
from tests.faults.conftest import empty, worked
from tests.faults.damage import damage
from tests.faults.days import press_on
from tests.faults.full_disk import fill
from tests.faults.histories import check
from tests.faults.journals import journals
from tests.faults.leaving import leave_while_locked
from tests.faults.lost_files import LOSSES, laid_out, lose
from tests.faults.power import survive
from tests.faults.prepared_files import try_prepared
from tests.faults.sessions import kill_sessions
from tests.faults.small_volumes import COMMANDS, try_commands
from tests.faults.surroundings import bear
from tests.faults.test_faults import OPERATIONS, code, old_state, prepared
from tests.faults.test_recovery import coders_files, recovered
from tests.faults.writers import write_together
from tests.files.day import live
from tests.files.test_other_systems import SYSTEMS
from tests.store.test_merge import exported, project

PAGE = Path(__file__).parents[1] / "docs" / "why-durable.md"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"
RESULTS = Path(__file__).parent / "faults.json"


class Row(NamedTuple):
    """A row of the table.

    Attributes:
        fault: Description of the fault.
        result: Description of the results.
        tried: Number of faults.
        lost: Faults after which something was gone, and a sentence said so.
        silent: Faults after which something was gone without a word, or shown as saved and gone.
    """

    fault: str
    result: str
    tried: int
    lost: int = 0
    silent: int = 0


def kills(folder: Path, share: float) -> Row:
    path = empty(folder / "annotations.db")
    n = _n(1000, share)
    found = kill_sessions(path, n_kills=n)
    verdict = "clean" if examine(path).is_sound else "NOT CLEAN"
    return Row(
        f"`kill -9` at {n:,} random moments of sessions in a pseudo-terminal, while keys stream in",
        f"{found.n_keys:,} keys sent, {found.n_steps:,} steps kept, {len(found.lost)} shown as saved and lost;"
        f" doctor: {verdict}",
        tried=n,
        silent=len(found.lost),
    )


def leaving(folder: Path, share: float) -> Row:
    path = empty(folder / "annotations.db")
    n = _n(200, share)
    found = leave_while_locked(path, n_times=n)
    return Row(
        f"{n} sessions left while keys wait for another program: by Ctrl+Q, SIGTERM, SIGHUP, a closed terminal",
        f"{found.n_keys:,} keys: {found.n_written:,} written, {found.n_told:,} told as not written",
        tried=n,
        lost=found.n_losses,
        silent=len(found.silent),
    )


def writers(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db", 0)
    n = _n(500, share)
    found = write_together(path, n_coders=16, n_labels=n, kill_every=0.5)
    verdict = "clean" if examine(path).is_sound else "NOT CLEAN"
    return Row(
        f"16 coder processes × {n} labels on one file, one killed and restarted every half second",
        f"{found.n_labels:,} labels, {found.kills} kills, {found.lost} lost, {found.doubled} doubled; a commit takes"
        f" {found.median} ms (median), {found.p99} ms (99 %), {found.longest} ms (longest);"
        f" {found.busy} waits beyond 5 s; doctor: {verdict}",
        tried=found.kills,
        silent=found.lost + found.doubled,
    )


def disk(folder: Path, share: float) -> Row:
    base = folder / "project"
    base.mkdir()
    prepared(worked(base / "annotations.db"))
    parts, n_tried = [], 0
    for name, operation in OPERATIONS.items():
        step = max(4096, int(4096 / share))
        filled = fill(base, operation, old_state, step=step)
        parts.append(f"{name} {filled.n_failures}")
        n_tried += filled.n_failures
    return Row(
        "the disk full at each write (one page more room at a time)",
        f"refused in one sentence, old state intact, done when there was room: {', '.join(parts)} times",
        tried=n_tried,
    )


def power(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db")
    n = _n(2000, share)
    parts, n_silent = [], 0
    for journal in ("wal", "delete"):
        disks = folder / journal
        disks.mkdir()
        found = survive(path, code, disks, journal=journal, n_disks=n)
        parts.append(
            f"{journal.upper()}: {n - len(found.faults):,} of {n:,} opened with every commit that had returned"
        )
        n_silent += len(found.faults)
    return Row(
        "loss of power: prefixes, subsets and reorderings of unsynced 512-byte sectors at random moments of a session",
        "; ".join(parts),
        tried=2 * n,
        silent=n_silent,
    )


def damages(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db")
    n = _n(500, share)
    found = damage(path, folder, n=n)
    parts = [
        f"{kind}: {found.noticed[kind]} of {n} noticed, the others changed nothing,"
        f" {found.saved[kind]} of {found.tried_to_save[kind]} made a sound project again, {found.named[kind]} of them"
        " with a list of losses"
        for kind in found.trials
    ]
    return Row(
        f"a bit flipped anywhere, a page zeroed, the file cut, the header gone, {n} times each",
        "; ".join(parts),
        tried=found.trials.total(),
        lost=found.named.total(),
        silent=len(found.silent),
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
    return Row(
        f"a program killed at work, and its journal missing, stale, cut, broken or foreign, {n} times each",
        "; ".join(parts),
        tried=found.trials.total(),
        lost=found.noticed.total(),
        silent=len(found.silent),
    )


def around(folder: Path, share: float) -> Row:
    path = worked(folder / "annotations.db")
    n = _n(50, share)
    rounds = [bear(path, seed) for seed in range(n)]
    kept = {name: sum(one[name].is_kept for one in rounds) for name in rounds[0]}
    said = {one.sentence for found in rounds for one in found.values()}
    if "it was written" in said or "nothing was said" in said:
        raise AssertionError("something was written where it must not be, or nothing said")
    return Row(
        "read-only file or folder, locked, replaced, moved, restored under the program, clocks that jump, time zones",
        f"a clear sentence each time, and nothing lost: {', '.join(f'{name} {k} of {n}' for name, k in kept.items())}",
        tried=n * len(kept),
        silent=n * len(kept) - sum(kept.values()),
    )


def recovery(folder: Path, share: float) -> Row:
    files = coders_files(folder)
    wanted = exported(files / "wanted.db")
    every = max(1, round(1 / share))
    same = [exported(whole) == wanted for _, whole in recovered(files, folder, every=every)]
    return Row(
        "three coders' files, each page of one of them lost in turn, the rest repaired and merged",
        f"{sum(same)} of {len(same)} projects give the same bytes of the export as the undamaged files",
        tried=len(same),
        silent=len(same) - sum(same),
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
    return Row(
        f"{4 * n:,} random histories, {n:,} times three files and the one they come from: labels, undo, redo, speakers"
        " renamed and merged, paragraphs adjudicated; codebooks that rename, merge, split, retire and go back",
        "every order and grouping of the merge gave the same state and the same bytes of the export, and the state was"
        f" what the history says ({n_codebooks:,} changes of codebooks, {n_conflicts:,} conflicting versions kept;"
        f" {n_refused} sets whose codebooks went different ways were refused in every order;"
        f" {time.monotonic() - started:.0f} s)",
        tried=n,
    )


def days(folder: Path, share: float) -> Row:
    path = empty(folder / "annotations.db")
    n = _n(43_200, share)
    quarters = press_on(path, n_keys=n)
    first, last = quarters[1], quarters[-1]
    return Row(
        f"24 h of one coder's keys ({n:,}, one every two seconds), compressed",
        f"second quarter → last: memory {first.memory} → {last.memory} MB, a key {first.median} → {last.median} ms"
        f" (median), {first.p99} → {last.p99} ms (99 %), the file grows by {first.bytes_a_key:.0f} →"
        f" {last.bytes_a_key:.0f} bytes a key",
        tried=0,
    )


def bits(folder: Path, share: float) -> Row:
    whole = everything(folder)
    found = flip_each(whole, folder, n=_n(10, share))
    if found.circles:
        raise AssertionError(f"repairs that do not end: {found.circles}")
    codebook = "codebooks.document"
    return Row(
        f"a bit flipped in values of {len(found.tried)} columns and kinds of history line, also in a codebook's text",
        f"{found.noticed.total():,} noticed, the others changed nothing or a value without a checksum;"
        f" of the repairs {found.whole.total():,} restored everything, {found.told.total()} listed what is lost,"
        f" {found.refused.total()} refused, and the doctor finds all results sound; in the text of a codebook"
        f" {found.whole[codebook]} of {found.tried[codebook]} restored",
        tried=found.tried.total(),
        lost=found.told.total(),
        silent=len(found.silent),
    )


def losses(folder: Path, share: float) -> Row:
    made, other = project(folder / "made.db"), worked(folder / "other.db", 30)
    moments = ("between", "within", "after a checkpoint")
    trials = [(loss, when, kill) for loss in LOSSES.values() for when in moments for kill in (True, False)]
    found = []
    for i, (loss, when, is_killed) in enumerate(trials[:: max(1, round(1 / share))]):
        (folder / str(i)).mkdir()
        path = laid_out(folder / str(i) / "here", made, other)
        found.append(lose(path, loss, when=when, is_killed=is_killed))
    return Row(
        f"the project file, its journal or its index removed, replaced, cut or overwritten under an open session in"
        f" {len(LOSSES)} ways, between two keys, within one and after a checkpoint; then killed or left",
        f"{sum(one.n_shown for one in found):,} keys shown as saved: {sum(one.n_in_file for one in found):,} in the"
        f" project, {sum(one.n_in_backup for one in found):,} in the backup that the sentence names,"
        f" {sum(one.n_told for one in found)} of which it says that they may be lost;"
        f" {sum(one.n_refused for one in found):,} keys refused",
        tried=len(found),
        lost=sum(one.n_told > 0 for one in found),
        silent=sum(bool(one.silent) for one in found),
    )


def volumes(folder: Path, share: float) -> Row:
    lefts = (0, 5000, 40_000)[: max(1, round(3 * share))]
    parts, n_tried, wrong = [], 0, []
    for block, kind in ((1024, "ext4"), (2048, "ext4"), (4096, "ext4"), (4096, "btrfs")):
        here = folder / f"{kind}-{block}"
        here.mkdir()
        found = try_commands(here, block, lefts, kind)
        name = "Btrfs" if kind == "btrfs" else f"{block}-byte blocks"
        parts.append(f"{name}: {found.done} done, {found.refused} refused in a sentence")
        n_tried += found.done + found.refused
        wrong += found.wrong
    return Row(
        f"a killed project on a full volume (ext4, Btrfs), {len(COMMANDS)} commands",
        f"{len(wrong)} killed by the system or without a sentence; " + "; ".join(parts),
        tried=n_tried,
        silent=len(wrong),
    )


def prepared_files(folder: Path, share: float) -> Row:
    here = folder / "tried"
    here.mkdir()
    mine = project(folder / "annotations.db")
    found = try_prepared(worked(folder / "worked.db"), mine, here, every=max(1, round(1 / share)))
    return Row(
        f"{found.n_files} prepared project files: a trigger, view, table, index or virtual table too many, too few or"
        " different",
        f"{found.n_tried:,} commands, {found.n_tried - len(found.wrong):,} refused in one sentence that names it,"
        f" nothing written; the doctor names all, and {found.n_repaired} repairs leave it behind",
        tried=found.n_tried,
        silent=len(found.wrong),
    )


def other_systems(folder: Path, share: float) -> Row:
    parts, n_tried, n_wrong = [], 0, 0
    for name, system in list(SYSTEMS.items())[: max(1, round(len(SYSTEMS) * share))]:
        here = folder / name
        here.mkdir()
        with chdir(here), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), system():
            codes = [code for _, code in live(here)]
        parts.append(f"{name}: {codes.count(0)} of {len(codes)} done")
        n_tried += len(codes)
        n_wrong += len(codes) - codes.count(0)
    return Row(
        "the rules of other systems, simulated, for every command and format that writes",
        "; ".join(parts),
        tried=n_tried,
        silent=n_wrong,
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
    "bits": bits,
    "losses": losses,
    "volumes": volumes,
    "prepared": prepared_files,
    "systems": other_systems,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=", ".join(FAULTS))
    parser.add_argument("--share", type=float, default=1.0, help="how much of the full length")
    parser.add_argument("--no-page", action="store_true", help="leave docs/why-durable.md alone")
    given = parser.parse_args()
    results = {name: Row(*row) for name, row in json.loads(RESULTS.read_text()).items()} if RESULTS.exists() else {}
    for name in given.faults or FAULTS:
        print(f"{name} …", flush=True)
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="faults-") as folder:
            row = FAULTS[name](Path(folder), given.share)
        took = f"{time.monotonic() - started:.0f} s"
        print(f"  {row.fault}\n  {row.result}\n  {_figures(row.tried, row.lost, row.silent)} ({took})", flush=True)
        results[name] = row
        if not given.no_page:
            RESULTS.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
            write_page(results)


def write_page(results: dict[str, Row]) -> None:
    """Put the figures of the last run of each fault into the page."""
    rows = [results[name] for name in FAULTS if name in results]
    machine = f"Python {platform.python_version()}, SQLite {sqlite_version()}, {platform.system()} {platform.machine()}"
    table = ["| fault | tried | lost | silent | result |", "|---|---|---|---|---|"]
    table += [line for row in rows for line in _lines(row)]
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    total = _figures(*(sum(figures) for figures in zip(*(row[2:] for row in rows), strict=True)))
    PAGE.write_text(f"{head}{BEGIN}\n{machine}. {total}\n\n" + "\n".join(table) + f"\n{END}{tail}", encoding="utf-8")


def _lines(row: Row) -> list[str]:
    """The lines of a row: one for the fault, and one for each kind of it that the result names."""
    kinds = [part.partition(": ") for part in row.result.split("; ")]
    if len(kinds) == 1 or not all(result for _, _, result in kinds):
        return [f"| {row.fault} | {row.tried:,} | {row.lost} | {row.silent} | {row.result} |"]
    first = f"| {row.fault} | {row.tried:,} | {row.lost} | {row.silent} | |"
    return [first, *(f"| – {kind} | | | | {result} |" for kind, _, result in kinds)]


def _figures(tried: int, lost: int, silent: int) -> str:
    return f"{tried:,} faults tried, {lost:,} with a loss that a sentence named, {silent:,} silent."


def _n(full: int, share: float) -> int:
    return max(1, round(full * share))


if __name__ == "__main__":
    main()
