"""Fuzz every target for a bounded time: `python -m tests.fuzz.run --seconds 60 --jobs 2 [TARGET…]`; needs atheris.

Each target runs in a process of its own. What it cannot bear is written beside the corpus as crash-…, and the exit
code is 1. Without atheris installed it says so and ends with 2.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

NAMES = ("codebook", "text", "jsonl", "csv", "html", "archive", "document", "project")


def main() -> int:
    """Fuzz the targets, some of them at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--jobs", type=int, default=1, help="how many targets at once")
    parser.add_argument("--seed", type=int, default=1, help="what the inputs depend on; 0 draws one")
    parser.add_argument("--corpus", type=Path, help="where inputs are kept from run to run")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if find_spec("atheris") is None:
        print("atheris is not installed: uv run --with atheris python -m tests.fuzz.run", file=sys.stderr)
        return 2
    if given.one:
        _fuzz(given.one, given.corpus, given.seconds, given.seed)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        corpus, names = given.corpus or Path(folder), given.targets or NAMES
        with ThreadPoolExecutor(given.jobs) as pool:
            held = list(pool.map(lambda name: _run(name, corpus / name, given.seconds, given.seed), names))
    failed = [name for name, is_held in zip(names, held, strict=True) if not is_held]
    print(f"failed: {', '.join(failed)}" if failed else "every target held", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str, corpus: Path, seconds: int, seed_of_run: int) -> bool:
    from tests.fuzz.seeds import seed

    corpus.mkdir(parents=True, exist_ok=True)
    for i, data in enumerate(seed(name)):
        (corpus / f"seed-{i}").write_bytes(data)
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.run",
        "--one",
        name,
        "--seconds",
        str(seconds),
        "--seed",
        str(seed_of_run),
        "--corpus",
        str(corpus),
    ]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    lines = done.stderr.splitlines()
    shown = [line for line in lines if line.startswith("Done ")] if done.returncode == 0 else lines[-40:]
    print(f"{name}:", *shown, sep="\n  ", file=sys.stderr)
    return done.returncode == 0


def _fuzz(name: str, corpus: Path, seconds: int, seed_of_run: int) -> None:
    fuzzer: Any = import_module("atheris")
    # What is fuzzed is followed branch by branch, so it must not have been imported before.
    with fuzzer.instrument_imports(include=["annotator"]):
        from tests.fuzz.targets import TARGETS
    options = [
        f"-seed={seed_of_run}",
        f"-max_total_time={seconds}",
        "-timeout=25",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={corpus}/",
    ]
    fuzzer.Setup([sys.argv[0], *options, "-max_len=65536", str(corpus)], TARGETS[name])
    fuzzer.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
