"""Recorder of key presses: one transaction per key, time spent, the coder's place.

Every step is committed before the method that makes it returns, and what the cursor then shows is read back from the
project file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from annotator.session.cursor import Cursor, Refused
from annotator.session.instrument import Instrument
from annotator.session.slots import Slots
from annotator.store.coder.coding import Coding, CodingStep, Place
from annotator.store.file.connection import Connection

IDLE_SECONDS = 60.0
"""Between two keys no more than this counts as time spent on a paragraph."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice about the last key.

    Attributes:
        text: The notice.
        is_warning: Whether the coder should act on it.
        shown: What the screen shows of it above the paragraph, for a coder without a screen.
    """

    text: str
    is_warning: bool = False
    shown: tuple[str, ...] = ()


class Recorder:
    """The only writer of a session.

    Attributes:
        notice: The notice about the last key.
        moment: A count of steps and arrivals: the same as long as nothing was done.
        finishers: What adds to every step before it is committed, such as guesses.
        slots: Lists whose names keep their digits, also when the coder leaves and comes back.
        n_steps: A count of the steps that changed something, and so stand in the history.
    """

    def __init__(
        self,
        connection: Connection,
        coding: Coding,
        instrument: Instrument,
        cursor: Cursor,
        clock: Callable[[], float],
    ) -> None:
        self._connection = connection
        self._coding = coding
        self._instrument = instrument
        self._cursor = cursor
        self._clock = clock
        self._since = clock()
        self.notice: Notice | None = None
        self.moment = 0
        self.finishers: list[Callable[[CodingStep], None]] = []
        self.slots: dict[str, Slots] = {}
        self._saved_digits: dict[str, list[str]] = {}
        self.n_steps = 0

    @contextmanager
    def key(self) -> Iterator[None]:
        """Everything that one key does, going on to the next paragraph included, is one transaction.

        It is committed when the block has ended. When the block raises, nothing of it has happened.
        """
        with self._cursor.kept_on_error(), self._connection.write():
            yield

    @contextmanager
    def step(self, what: str) -> Iterator[CodingStep]:
        """One step of the history: recorded and committed, then read back."""
        self.notice = None
        self.moment += 1
        paragraph = self._cursor.paragraph.id
        with self._connection.write():
            self._check_is_there()
            with self._coding.step(what, paragraph) as step:
                yield step
                for finish in self.finishers:
                    finish(step)
            self.count_time()
            if self._digits() != self._saved_digits:
                self.save_place()
        self.n_steps += step.has_changed
        self._read_back()

    def arrive(self) -> None:
        """The coder has come to another paragraph, which is thereby seen."""
        self.notice = None
        self.moment += 1
        self._since = self._clock()
        self.save_place()
        if self._cursor.state == "unseen":
            self._cursor.reload_review()

    def save_place(self) -> None:
        """Remember where the coder is, and what is on the screen without being a label yet."""
        cursor = self._cursor
        draft: dict[str, object] = {}
        self._saved_digits = self._digits()
        if self._saved_digits:
            draft["digits"] = self._saved_digits
        if cursor.draft is not None:
            draft["evidence"] = list(cursor.draft)
        if cursor.is_evidence_given:
            draft["given"] = True
        statement_id = cursor.statement.statement_id if cursor.statement else None
        self._coding.save_place(Place(cursor.paragraph.id, statement_id, draft))

    def restore_digits(self) -> None:
        """Let names have the digits that they had when the coder left the article where the coder still is."""
        place = self._coding.place()
        held = place.draft.get("digits") if place is not None else None
        if place is None or place.paragraph != self._cursor.paragraph.id or not isinstance(held, dict):
            return
        for name, slots in self.slots.items():
            match held.get(name):
                case [*names]:
                    slots.restore(self._cursor.article.row, [one for one in names if isinstance(one, str)])

    def _digits(self) -> dict[str, list[str]]:
        article = self._cursor.article.row
        return {name: held for name, slots in self.slots.items() if (held := slots.names(article))}

    def count_time(self) -> None:
        """Count the time since the last key for this paragraph, as far as it counts; also before the session ends."""
        at = self._clock()
        spent, self._since = at - self._since, at
        if spent > 0:
            self._coding.add_seconds(self._cursor.paragraph.id, min(spent, IDLE_SECONDS))

    def say(self, text: str, *, is_warning: bool = False, shown: tuple[str, ...] = ()) -> None:
        """Say something about the last key."""
        self.notice = Notice(text, is_warning, shown)

    def _check_is_there(self) -> None:
        held = self._cursor.statement
        if held is not None and not self._coding.has_statement(held):
            self._cursor.reload()
            raise Refused("this statement was taken away in another window")

    def _read_back(self) -> None:
        before = self._instrument.codebook
        trouble = self._instrument.reload()
        if self._instrument.codebook is not before:
            said = "the codebook was changed; this is the new one"
            self.say(f"{said}; {trouble}" if trouble else said, is_warning=True)
        self._cursor.reload()
