"""Processor time and memory of commands, screens and single actions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

ANNOTATOR = (sys.executable, "-m", "annotator")


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    """Of processor time, of all its processes."""
    megabytes: float
    """Resident memory of the largest of its processes, at its peak."""


def cost(command: Sequence[str]) -> Cost:
    """Run a command to its end.

    Raises:
        RuntimeError: It failed; the message is what it wrote.
    """
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)\n"
        "sys.exit(done.returncode)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return Cost(*map(float, done.stdout.split()))


def annotator(project: object, *arguments: str) -> tuple[str, ...]:
    """A command of the program on a project."""
    return (*ANNOTATOR, "--project", str(project), *arguments)
