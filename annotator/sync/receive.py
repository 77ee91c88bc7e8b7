"""Read the streams of a target from where the project stands, and take in what is for its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from annotator.batch import ArticleItem, Batch, Item, StepItem
from annotator.errors import BusyError, RefusedError, StoreError
from annotator.store import Store
from annotator.store.exchange.incoming import take_items, unready
from annotator.store.exchange.reader import Reader
from annotator.store.exchange.standing import Standing
from annotator.store.file.timestamps import stamp
from annotator.sync.result import Result
from annotator.sync.target import Target
from annotator.text.terminal_text import one_line

CLOCK = timedelta(minutes=5)
"""How far two clocks may differ without a warning."""

_PER_ROUND = 20_000
"""Items that are taken in together, about; more would cost memory, fewer time."""


class Manner(NamedTuple):
    """How things are taken in.

    Attributes:
        dry_run: Only count.
        may_rebuild: Whether the project may be rebuilt as a whole; a session that is open must be left for that.
        between: Called after each transaction.
    """

    dry_run: bool = False
    may_rebuild: bool = True
    between: Callable[[], None] | None = None


class Receiver:
    """Takes in what a target has and the project lacks."""

    def __init__(
        self, store: Store, target: Target, standing: Standing, reader: Reader, may_send: Callable[[Item], bool]
    ) -> None:
        """Prepare to receive.

        Args:
            store: The project.
            target: The target.
            standing: How far the project is with it.
            reader: What is wanted of it.
            may_send: Whether the project could send an item, so that it must be known to be there.
        """
        self._store = store
        self._target = target
        self._standing = standing
        self._reader = reader
        self._may_send = may_send
        self._last = target.streams()
        self._streams = {stream: _Stream(target, stream, standing.cursors.get(stream, 0)) for stream in self._behind()}

    def run(self, manner: Manner) -> Result:
        """Read every stream to its end, or to where it cannot be taken in.

        Raises:
            OfflineError: The target cannot be reached. What was taken in until then stays.
            StoreError: The project cannot be read or written.
        """
        result, left = Result(), list[Batch]()
        while batches := [*left, *_some(self._streams.values())]:
            self._reader.learn(item for batch in batches for item in batch.items)
            if manner.dry_run:
                result, left = result.and_(self._counted(batches)), []
                continue
            found = self._texts(batches)
            ready = self._ready(batches, found)
            taken = self._take(ready, found, manner)
            result = result.and_(taken)
            if not ready or taken.n_waiting:
                break
            done = {(batch.stream, batch.first) for batch in ready}
            left = [
                batch
                for batch in batches
                if (batch.stream, batch.first) not in done and not self._streams[batch.stream].stopped
            ]
        stopped = tuple(stream.stopped for stream in self._streams.values() if stream.stopped)
        n_incomplete = 0
        if not (manner.dry_run or result.n_waiting):
            n_incomplete = sum(not self._streams[stream].stopped for stream in self._behind())
        return result.and_(Result(n_incomplete=n_incomplete, stopped=stopped))

    def _behind(self) -> list[str]:
        """The streams with batches that the project has not passed."""
        return [stream for stream, last in self._last.items() if last > self._standing.cursors.get(stream, 0)]

    def _wanted(self, batches: Iterable[Batch]) -> list[Item]:
        return [item for batch in batches for item in batch.items if self._reader.wants(item)]

    def _counted(self, batches: list[Batch]) -> Result:
        items = self._wanted(batches)
        steps = {item.step_id for item in items if isinstance(item, StepItem)}
        articles = {item.article_id for item in items if isinstance(item, ArticleItem)}
        return Result(
            n_came=sum(not self._reader.has_step(one) for one in steps),
            n_articles=sum(not self._reader.has_article(one) for one in articles),
            clocks=_ahead(items),
        )

    def _texts(self, batches: list[Batch]) -> dict[str, str]:
        named = {item.article_id for item in self._wanted(batches) if isinstance(item, ArticleItem)}
        lacking = sorted(one for one in named if not self._reader.has_article(one))
        if not lacking:
            return {}
        try:
            return {text.article_id: text.raw_text for text in self._target.get_texts(lacking)}
        except RefusedError:
            return self._text_of_each(lacking, batches)

    def _text_of_each(self, article_ids: Iterable[str], batches: list[Batch]) -> dict[str, str]:
        """The texts that can be read; a stream that needs one of the others stops."""
        found: dict[str, str] = {}
        for article_id in article_ids:
            try:
                found |= {text.article_id: text.raw_text for text in self._target.get_texts([article_id])}
            except RefusedError as error:
                for batch in batches:
                    if any(isinstance(item, ArticleItem) and item.article_id == article_id for item in batch.items):
                        self._streams[batch.stream].stopped = str(error)
        return found

    def _ready(self, batches: list[Batch], found: dict[str, str]) -> list[Batch]:
        """The batches that refer only to what is here or comes with them, each after those before it in its stream."""
        ready = batches
        while lacks := unready(self._store.connection, self._wanted(ready), found):
            stuck: dict[str, int] = {}
            for batch in ready:
                if any(self._reader.wants(item) and lacks.concerns(item) for item in batch.items):
                    stuck.setdefault(batch.stream, batch.first)
            ready = [batch for batch in ready if batch.stream not in stuck or batch.first < stuck[batch.stream]]
        return ready

    def _take(self, batches: list[Batch], found: dict[str, str], manner: Manner) -> Result:
        """Take batches in together; where one of them cannot be, each by itself, and its stream stops there."""
        if not batches:
            return Result()
        items = self._wanted(batches)
        try:
            self._reader.check_owners(items)
            taken = take_items(
                self._store,
                items,
                found,
                name=self._target.name,
                between=manner.between,
                may_rebuild=manner.may_rebuild,
            )
        except BusyError:
            raise
        except StoreError as error:
            if len(batches) == 1:
                self._streams[batches[0].stream].stopped = str(error)
                return Result()
            return self._take_each(batches, found, manner)
        came = Result(0, len(taken.came.steps), len(taken.came.articles), taken.n_waiting, clocks=_ahead(items))
        if not taken.n_waiting:
            for batch in batches:
                known = (item.identity for item in batch.items if self._may_send(item))
                self._standing.passed(batch.stream, batch.last, known)
        return came

    def _take_each(self, batches: list[Batch], found: dict[str, str], manner: Manner) -> Result:
        result = Result()
        for batch in batches:
            if not self._streams[batch.stream].stopped:
                result = result.and_(self._take([batch], found, manner))
                if result.n_waiting:
                    break
        return result


class _Stream:
    """One stream that is being read.

    Attributes:
        stopped: Why it is not read any further; empty as long as it is.
    """

    def __init__(self, target: Target, stream: str, after: int) -> None:
        self._batches = target.pull(stream, after)
        self.stopped = ""

    def next(self) -> Batch | None:
        """The next batch; None at the end, or where reading stopped."""
        if self.stopped:
            return None
        try:
            return next(self._batches, None)
        except RefusedError as error:
            self.stopped = str(error)
            return None


def _some(streams: Iterable[_Stream]) -> list[Batch]:
    """The next batches of all streams, until there are enough items; at least one of each stream that has any."""
    found: list[Batch] = []
    rest = list(streams)
    while rest and sum(len(batch.items) for batch in found) < _PER_ROUND:
        for stream in [*rest]:
            batch = stream.next()
            if batch is None:
                rest.remove(stream)
            else:
                found.append(batch)
    return found


def _ahead(items: Sequence[Item]) -> tuple[str, ...]:
    """Whose steps come from the future."""
    soon = stamp(datetime.now(UTC) + CLOCK)
    names = sorted({item.coder for item in items if isinstance(item, StepItem) and item.at > soon})
    return tuple(f"the clock of {one_line(name)} is more than 5 minutes ahead; it must be set right" for name in names)
