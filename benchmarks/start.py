"""Time to the first usable frame and resident memory, beside a bare Textual app: `python -m benchmarks.start`."""

from __future__ import annotations

import argparse
import compileall
import os
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from benchmarks.projects import BARE, ROOT, WHICH, five
from tests.e2e.coder import ANNOTATOR
from tests.e2e.terminal import Terminal

_ESCAPES = re.compile(rb"\x1b(\[[0-9;?<=>$]*[a-zA-Z]|\][^\x07]*\x07|[()].|.)")


class Start(NamedTuple):
    """One start of a program."""

    seconds: float
    """From the fork to the frame."""
    processor: float
    """Seconds of processor time until then: what is left of it on a machine that is busy with other things."""
    resident: int
    """KiB, a tenth of a second after the frame."""


def is_usable(shown: bytes) -> bool:
    """Whether the paragraph, the form and the keys stand on the screen."""
    return all(part in shown for part in (b" left", b"stance", b"no claim", b"journalist"))


def is_ready(shown: bytes) -> bool:
    """Whether the bare app shows its line."""
    return b"ready" in shown


def start(command: Sequence[str], folder: Path, is_there: Callable[[bytes], bool]) -> Start:
    """Start a program, wait for its frame, measure, end it."""
    since = time.perf_counter()
    with Terminal(command, folder, environment={"ANNOTATOR_CODER": "a", "PYTHONPATH": str(ROOT)}) as terminal:
        while not is_there(_ESCAPES.sub(b"", terminal.raw)):
            terminal.read(5)
            if time.perf_counter() - since > 60:
                raise TimeoutError(f"no frame:\n{terminal.text}")
        seconds = time.perf_counter() - since
        spent = processor(terminal.pid)
        terminal.read(0.1)
        return Start(seconds, spent, _resident(terminal.pid))


def processor(pid: int) -> float:
    """The seconds of processor time that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    return int(found[1]) if found else 0


def compile_all() -> None:
    """Make sure that no run pays for compiling: the programs, and what they import."""
    with redirect_stdout(StringIO()):
        for name in ("annotator", "benchmarks", "tests"):
            compileall.compile_dir(ROOT / name, quiet=2)
    import textual

    compileall.compile_dir(Path(textual.__file__).parents[1], quiet=2, workers=0)


def compare(folder: Path, n: int) -> tuple[list[Start], list[Start]]:
    """The bare app and the labelling screen, in turn, so that both have the same machine."""
    bare, own = [], []
    for i in range(n + 1):
        pair = (start(BARE, folder, is_ready), start(ANNOTATOR, folder, is_usable))
        if i:  # the first pair warms the disk's cache
            bare.append(pair[0])
            own.append(pair[1])
    return bare, own


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=15, help="pairs of starts")
    options = parser.parse_args()
    compile_all()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        five(folder)
        bare, own = compare(folder, options.n)
    print(f"first usable frame, {WHICH}, {options.n} pairs, medians:")
    _print("ms", [one.seconds * 1000 for one in bare], [one.seconds * 1000 for one in own], 1.8)
    _print("ms of processor", [one.processor * 1000 for one in bare], [one.processor * 1000 for one in own], 1.8)
    _print("MiB", [one.resident / 1024 for one in bare], [one.resident / 1024 for one in own], 2.0)


def _print(unit: str, bare: list[float], own: list[float], target: float) -> None:
    ratio = statistics.median(one / other for one, other in zip(own, bare, strict=True))
    middle = (statistics.median(bare), statistics.median(own))
    print(f"  bare {middle[0]:.0f} {unit}, annotator {middle[1]:.0f} {unit}, ratio {ratio:.2f} (target ≤ {target})")


if __name__ == "__main__":
    main()
