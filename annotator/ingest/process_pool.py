"""Process pool for reading: results come in the order of the input."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Thread
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from annotator.errors import AnnotatorError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection as Pipe

WORTH_IT = 1 << 23
"""Letters that one process reads before a second one has started."""
MOST = 4
"""Number of readers that one storing process can keep up with."""

_BATCH = 1 << 16
"""Letters sent at once: more do not fit into a pipe, and the sender would wait."""
_MANY = 64
"""How many pieces of work travel at once, at most."""
_AHEAD = 3
"""How many batches wait for each process, or come from it, at most: so much is in memory at a time."""


def n_workers() -> int:
    """How many processes should read on this machine: none where there is one processor only."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return 0 if available < 2 else min(available, MOST)


class Crew:
    """Processes that do one job on many things, in order.

    Args:
        job: The job of each process. Job, argument and result must be picklable.
        n: Number of processes.
    """

    def __init__(self, job: Callable[[Any], Any], n: int) -> None:
        from multiprocessing import get_context  # only who reads much needs it

        context = get_context("spawn")
        self._pipes: list[Pipe] = []
        self._processes = []
        for _ in range(n):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, job), daemon=True)
            with _no_main():
                process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def map(self, things: Iterable[Any], size: Callable[[Any], int]) -> Iterator[Any]:
        """What the job makes of each thing, in the order of the things.

        Args:
            things: What there is to do; they are asked for as they are needed.
            size: How much work a thing is, in letters.

        Raises:
            AnnotatorError: A process ended before its work was done.
        """
        waiting: deque[Pipe] = deque()
        for n, batch in enumerate(_batches(things, size)):
            pipe = self._pipes[n % len(self._pipes)]
            if len(waiting) == _AHEAD * len(self._pipes):
                yield from self._receive(waiting.popleft())
            self._send(pipe, batch)
            waiting.append(pipe)
        while waiting:
            yield from self._receive(waiting.popleft())

    def end(self) -> None:
        """End the processes, whatever they are doing."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()
        for pipe in self._pipes:
            pipe.close()

    def _send(self, pipe: Pipe, batch: list[Any]) -> None:
        try:
            pipe.send(batch)
        except OSError as error:
            raise AnnotatorError(_GONE) from error

    def _receive(self, pipe: Pipe) -> list[Any]:
        try:
            done = pipe.recv()
        except (EOFError, OSError) as error:
            raise AnnotatorError(_GONE) from error
        if isinstance(done, BaseException):
            raise done
        results: list[Any] = done
        return results


@contextmanager
def _no_main() -> Iterator[None]:
    """Hide the main script, which a new process would otherwise run again."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


_GONE = "a reading process ended too early; articles added before stay in the project"


def _batches(things: Iterable[Any], size: Callable[[Any], int]) -> Iterator[list[Any]]:
    batch: list[Any] = []
    letters = 0
    for thing in things:
        batch.append(thing)
        letters += size(thing)
        if letters >= _BATCH or len(batch) >= _MANY:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch


def _work(pipe: Pipe, job: Callable[[Any], Any]) -> None:
    """Loop of each process, until the other end of the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    gc.set_threshold(50_000, 20, 50)  # what is read is not garbage while it is read
    # A thread takes what comes in, lest both sides wait for the other one to listen.
    batches: SimpleQueue[list[Any] | None] = SimpleQueue()
    Thread(target=_listen, args=(pipe, batches), daemon=True).start()
    while (batch := batches.get()) is not None:
        try:
            pipe.send([job(thing) for thing in batch])
        except BrokenPipeError:
            return
        except AnnotatorError as error:
            pipe.send(error)
        except Exception as error:
            pipe.send(
                AnnotatorError(f"reading failed because of a fault of the program ({type(error).__name__}: {error})")
            )


def _listen(pipe: Pipe, batches: SimpleQueue[list[Any] | None]) -> None:
    try:
        while True:
            batches.put(pipe.recv())
    except (EOFError, OSError):
        batches.put(None)
