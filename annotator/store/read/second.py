"""A second process that reads the same snapshot of a project, for exports that keep two cores busy."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from annotator.errors import AnnotatorError, StoreError
from annotator.records import Selection
from annotator.store.file.connection import Connection

if TYPE_CHECKING:
    from multiprocessing.connection import Connection as Pipe

    from annotator.store.read.snapshot import Records

Job = Callable[["Records"], Any]
"""What the second process does with the snapshot; it and what it returns can be pickled."""

WORTH_IT = 100_000
"""Projects with fewer paragraphs are exported sooner than a second process is there."""

_PATIENCE = 30.0
_BETWEEN = 0.2
"""Seconds between what the second process says of its progress."""


class Told(NamedTuple):
    """What the second process says on the way: what it reads, and how many articles of it are done."""

    what: str
    done: int


class Second:
    """The second process and its work.

    Attributes:
        told: How many articles are done there, by what is being made of them.
    """

    def __init__(self, path: Path, selection: Selection, job: Job) -> None:
        from multiprocessing import get_context  # only large exports need it

        context = get_context("spawn")
        self._path = path
        self.told: dict[str, int] = {}
        self._answer: tuple[Any] | None = None
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, path, selection, job), daemon=True)
        self._process.start()
        theirs.close()

    @contextmanager
    def same_moment(self) -> Iterator[None]:
        """Within the block both processes can begin their snapshots: nobody can write meanwhile.

        Raises:
            StoreError: The project cannot be held still, or the second process is not there.
        """
        self._expect("here")
        lock = Connection(self._path)
        try:
            with lock.write():
                self._pipe.send("now")
                self._expect("ready")
                yield
        finally:
            lock.close()

    def listen(self) -> None:
        """Take note of what it said on the way."""
        while self._answer is None and self._pipe.poll():
            self._take()

    def result(self, on_news: Callable[[], None] = lambda: None) -> Any:
        """What its work returned, when it is done.

        Args:
            on_news: Called whenever it has said how far it is.

        Raises:
            AnnotatorError: What was refused there.
        """
        while self._answer is None:
            self._take()
            on_news()
        (answer,) = self._answer
        if isinstance(answer, AnnotatorError):
            raise answer
        return answer

    def _take(self) -> None:
        news = self._receive()
        if isinstance(news, Told):
            self.told[news.what] = news.done
        else:
            self._answer = (news,)

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._process.terminate()
        self._process.join()
        self._pipe.close()

    def _expect(self, word: str) -> None:
        answer = self._receive() if self._pipe.poll(_PATIENCE) else None
        if isinstance(answer, AnnotatorError):
            raise answer
        if answer != word:
            raise StoreError("the second process does not answer")

    def _receive(self) -> Any:
        try:
            return self._pipe.recv()
        except (EOFError, ConnectionError) as error:
            raise StoreError("the second process of the export ended before its work was done") from error


def second(c: Connection, selection: Selection, job: Job | None) -> Second | None:
    """A second process for this work, if it is worth one."""
    if job is None:
        return None
    row = c.one("select max(id) from paragraphs")
    return Second(c.path, selection, job) if row and (row[0] or 0) >= WORTH_IT else None


@contextmanager
def snapshot(c: Connection, selection: Selection, job: Job | None) -> Iterator[Second | None]:
    """One snapshot here and, where there is much to do and the project can be held still, the same one there.

    Without a second process the work is all for this one.
    """
    helper = second(c, selection, job)
    try:
        with ExitStack() as stack:
            try:
                with helper.same_moment() if helper else nullcontext():
                    stack.enter_context(c.read())
                    c.one("select 1 from meta")
            except StoreError:
                if helper is None:
                    raise
                stack.close()
                helper.end()
                helper = None
                stack.enter_context(c.read())
            yield helper
    finally:
        if helper is not None:
            helper.end()


def _work(pipe: Pipe, path: Path, selection: Selection, job: Job) -> None:
    """What the second process does: begin its snapshot when it is told to, do the work, send what came of it."""
    from annotator.store.store import Store

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    try:
        with Store(path, read_only=True) as store:
            pipe.send("here")
            pipe.recv()
            with store.records(selection, _Teller(pipe).tell) as records:
                pipe.send("ready")
                pipe.send(job(records))
    except AnnotatorError as error:
        with suppress(ConnectionError):
            pipe.send(error)
    except (EOFError, ConnectionError):
        return  # nobody waits for it any more


class _Teller:
    """Tells the first process how far the work is, not too often."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._latest = monotonic()

    def tell(self, what: str, done: int, total: int) -> None:
        at = monotonic()
        if at - self._latest > _BETWEEN or done == total:
            self._latest = at
            self._pipe.send(Told(what, done))
