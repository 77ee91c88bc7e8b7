"""Many coders in processes of their own write to one file, and are killed and restarted at random."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from annotator.errors import BusyError
from annotator.store import Store

ROOT = Path(__file__).parents[2]


class Written(NamedTuple):
    """What came of it; times of a commit in milliseconds."""

    n_labels: int
    lost: int
    doubled: int
    kills: int
    busy: int
    median: float
    p99: float
    longest: float
    seconds: float


def write_together(
    path: Path,
    *,
    n_coders: int,
    n_labels: int,
    kill_every: float,
    least_kills: int = 0,
    most_kills: float = math.inf,
    seed: int = 0,
) -> Written:
    """Let coders label, killing one of them every so many seconds.

    Each coder continues until they have all labels and there were enough kills, however fast the machine is. A label
    counts as acknowledged when the coder's process has logged it after its commit. It is lost if the project does not
    contain it then, and doubled if the project contains it twice.
    """
    r = random.Random(seed)  # noqa: S311 (no secret)
    started = time.monotonic()
    running = {i: _start(path, i, n_labels) for i in range(n_coders)}
    n_kills, next_kill = 0, started + kill_every
    while running:
        time.sleep(0.005)
        if n_kills >= least_kills:
            _enough(path).touch()
        if n_kills < most_kills and time.monotonic() > next_kill:
            next_kill += kill_every * r.uniform(0.5, 1.5)
            i = r.choice(sorted(running))
            running[i].send_signal(signal.SIGKILL)
            running[i].wait()
            n_kills += 1
            running[i] = _start(path, i, n_labels)
        for i, process in list(running.items()):
            code = process.poll()
            if code == 0:
                del running[i]
            elif code is not None:
                raise AssertionError(f"a coder's process ended with {code}")
    return _count(path, n_coders, n_kills, time.monotonic() - started)


def _enough(path: Path) -> Path:
    """A file that tells the coders' processes that there were enough kills."""
    return path.with_name(f"{path.name}.enough")


def _start(path: Path, coder: int, n_labels: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.writers", str(path), f"coder{coder}", str(n_labels)]
    return subprocess.Popen(command, cwd=ROOT)


def _count(path: Path, n_coders: int, n_kills: int, seconds: float) -> Written:
    times: list[float] = []
    acknowledged: dict[str, list[int]] = {}
    n_busy = 0
    for i in range(n_coders):
        for line in Path(f"{path}.coder{i}.log").read_text().splitlines():
            if line == "busy":
                n_busy += 1
                continue
            n, _, took = line.partition(" ")
            if took:
                acknowledged.setdefault(f"coder{i}", []).append(int(n))
                times.append(float(took))
    lost = doubled = n_held = 0
    with Store(path, read_only=True) as store:
        for i in range(n_coders):
            name = f"coder{i}"
            rows = store.connection.all(
                "select l.value from labels l join statements s on s.id = l.statement join coders c on c.id = s.coder"
                " where c.name = ? and l.variable = 'weight' and s.deleted = 0",
                (name,),
            )
            held = [int(row[0]) for row in rows]
            n_held += len(held)
            doubled += len(held) - len(set(held))
            lost += len(set(acknowledged.get(name, [])) - set(held))
    times.sort()
    median, p99, longest = (round(times[min(len(times) - 1, int(len(times) * s))] * 1000, 2) for s in (0.5, 0.99, 1.0))
    return Written(n_held, lost, doubled, n_kills, n_busy, median, p99, longest, round(seconds, 1))


def _work(path: Path, coder: str, n_labels: int) -> None:
    """One coder: go on after the last label that the project holds, note each that is committed."""
    with (
        Store(path) as store,
        os.fdopen(os.open(f"{path}.{coder}.log", os.O_APPEND | os.O_CREAT | os.O_WRONLY), "w") as log,
    ):
        store.connection.before_first_write = None
        coding = store.coding(coder)
        n_paragraphs = store.articles.n_paragraphs()
        row = store.connection.one("select count(*) from statements where coder = ?", (coding.coder.id,))
        n = int(row[0]) if row else 0
        while n < n_labels or not _enough(path).exists():
            paragraph = n % n_paragraphs + 1
            before = time.perf_counter()
            try:
                with coding.step("label", paragraph) as step:
                    step.label(step.add_statement(None), "weight", n)
            except BusyError:
                log.write("busy\n")
                log.flush()
                continue
            log.write(f"{n} {time.perf_counter() - before}\n")
            log.flush()
            n += 1


if __name__ == "__main__":
    _work(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
