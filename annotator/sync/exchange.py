"""Exchange a project's history with a target: read what others sent, then send what the target lacks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from annotator.batch import ArticleItem, Batch, Item, PlaceItem, SeenItem, StepItem, is_of
from annotator.errors import BusyError, RefusedError
from annotator.store import Store
from annotator.store.exchange.outgoing import Unsent, texts
from annotator.store.exchange.reader import Reader
from annotator.store.exchange.standing import Standing
from annotator.store.exchange.views import ForCoder, Own, View, Whole
from annotator.sync.receive import CLOCK, Manner, Receiver
from annotator.sync.result import Result
from annotator.sync.target import Target
from annotator.text.counted import counted
from annotator.text.terminal_text import one_line

_PER_BATCH = 2000
"""Items in one batch at most."""


class Party(NamedTuple):
    """Whose part of the project is exchanged.

    Attributes:
        role: The lead exchanges everything, a coder what is theirs; relay is the lead in the folder of one coder.
        coder: The coder, unless the role is the lead's.
    """

    role: Literal["lead", "coder", "relay"]
    coder: str = ""


class Exchange:
    """One project's exchange with one target. It belongs to the thread that made it.

    Attributes:
        target: The target.
    """

    def __init__(self, store: Store, target: Target, party: Party, machine: str) -> None:
        """Prepare an exchange.

        Args:
            store: The project.
            target: The target.
            party: Whose part of the project is exchanged.
            machine: What tells this machine from others.
        """
        self._store = store
        self.target = target
        self._party = party
        self._standing = Standing(store.connection, target.name, machine)

    def run(self, manner: Manner = Manner()) -> Result:  # noqa: B008 (it cannot be changed)
        """Read what others sent, then send what the target lacks.

        Raises:
            OfflineError: The target cannot be reached. What was exchanged until then stays.
            RefusedError: The target refuses.
            BusyError: Another program exchanges the project at the same moment.
            StoreError: The project cannot be read or written.
        """
        result = self._receive(manner).and_(self._send_all(dry_run=manner.dry_run))
        return Result(clocks=self._clock()).and_(result)

    def _receive(self, manner: Manner) -> Result:
        """Read the target; once more from its beginning where what came lets a coder see more than before."""
        c, result = self._store.connection, Result()
        coder = self._party.coder if self._party.role == "coder" else None
        for _ in range(3):
            reader = Reader(c, coder, is_among_coders=self._party.role == "relay")
            if coder is not None and (visible := reader.visible()) != self._standing.visible:
                self._standing.reset(visible)
            receiver = Receiver(self._store, self.target, self._standing, reader, self._may_send)
            result = result.and_(receiver.run(manner))
            if coder is None or manner.dry_run or Reader(c, coder).visible() == self._standing.visible:
                break
        return result

    def _may_send(self, item: Item) -> bool:
        """Whether this project could send an item."""
        if self._party.role == "coder" and isinstance(item, StepItem | SeenItem | PlaceItem):
            return is_of(item.coder, self._party.coder)
        return True

    def _send_all(self, *, dry_run: bool) -> Result:
        if not dry_run and self.target.last(self._standing.stream) < self._standing.last:
            self._standing.begin_anew()
        view = self._view()
        unsent = Unsent(self._store.connection, view, self._standing.known)
        for items in unsent.batches(_PER_BATCH) if not dry_run else ():
            self._send(items)
        return Result(n_sent=unsent.n_steps, n_held=view.n_held)

    def _view(self) -> View:
        c = self._store.connection
        if self._party.role == "lead":
            return Whole(c)
        return (Own if self._party.role == "coder" else ForCoder)(c, self._party.coder)

    def _send(self, items: list[Item]) -> None:
        named = [item.article_id for item in items if isinstance(item, ArticleItem)]
        lacking = self.target.lacking(named) if named else set()
        if lacking:
            self.target.put_texts(texts(self._store.connection, sorted(lacking)))
        stream, last = self._standing.stream, self._standing.last
        if self._party.role == "relay":
            # What the lead wrote for a coder is not read back: others can write there too.
            last = max(last, self.target.last(stream))
        number = last + 1
        try:
            self.target.push(Batch(stream=stream, first=number, last=number, items=tuple(items)))
        except RefusedError as error:
            if self.target.last(stream) < number:
                raise
            raise BusyError("another program exchanges this project at the same moment; try again") from error
        self._standing.passed(stream, number, (item.identity for item in items))

    def _clock(self) -> tuple[str, ...]:
        there = self.target.now()
        if there is None or abs(gap := datetime.now(UTC) - there) <= CLOCK:
            return ()
        minutes, where = round(abs(gap).total_seconds() / 60), "ahead of" if gap > timedelta(0) else "behind"
        return (
            f"the clock of this machine is {counted(minutes, 'minute')} {where} that of {one_line(self.target.name)};"
            " set it right: the later of two changes wins",
        )
