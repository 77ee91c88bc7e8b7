"""The disk is full at each write of an operation; a limit on the size of files stands for it on every machine."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from annotator.errors import AnnotatorError

STEP = 4096
"""By so many bytes there is more room at each attempt: a page, so that each write is the first to fail once."""


class Filled(NamedTuple):
    """How many attempts failed with one clear sentence before there was room enough, and the sentences."""

    n_failures: int
    sentences: set[str]


@contextmanager
def room(size: int) -> Iterator[None]:
    """No file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(
    folder: Path, operation: Callable[[Path], object], check: Callable[[Path], object], step: int = STEP
) -> Filled:
    """Try an operation on copies of a folder with a little more room each time, until it succeeds.

    Args:
        folder: What the operation works on.
        operation: Is given a copy of the folder.
        check: Is given the copy after a failure, with room again; what it returns must be what it returned before.
        step: By how much the room grows.
    """
    before = check(folder)
    largest = max((path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0)
    size, sentences, n = 0, set[str](), 0
    while True:
        copy = folder.with_name(f"{folder.name}-{n}")
        shutil.copytree(folder, copy)
        try:
            with room(size):
                operation(copy)
        except AnnotatorError as error:
            sentence = str(error)
            assert sentence, "a refusal without a sentence"
            assert "\n" not in sentence
            assert "Traceback" not in sentence
            sentences.add(sentence.replace(str(copy), "…"))
            n += 1
            assert check(copy) == before, f"with {size} bytes the old state was lost"
            operation(copy)
            shutil.rmtree(copy)
            size += step
            assert size < 20 * largest + 50_000_000, "it never succeeds"
            continue
        shutil.rmtree(copy)
        return Filled(n, sentences)
