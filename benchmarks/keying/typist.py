"""Typist: keys whole codings in their order, then compares the project with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from annotator.codebook.model import Variable
from annotator.model import DONE, Article, Statement
from annotator.session import Session
from annotator.text.evidence import Span
from benchmarks.keying.coding import Row
from benchmarks.keying.evidence import is_reached, key_evidence, span_in
from benchmarks.keying.hands import Hands
from benchmarks.keying.labels import key_label, value_of
from benchmarks.keying.speakers import are_wanted, is_same, key_speakers
from benchmarks.keying.target import key_target

LAST = ("target", "mode")
"""What depends on the other labels is keyed after them."""


@dataclass(frozen=True)
class Coding:
    """An article and the statements to be keyed in it."""

    article: Article
    rows: Sequence[Row]

    def of(self, index: int) -> list[Row]:
        """The rows of a paragraph, in their order."""
        return [row for row in self.rows if row.paragraph == index]


@dataclass(frozen=True)
class Guess:
    """What the session fills in for a statement, and what is wanted.

    Attributes:
        text: The paragraph.
        evidence: The evidence once the speakers are given.
        wanted: The wanted evidence.
        mode: The mode once the evidence and the claim type are given.
        wanted_mode: The wanted mode, where the row has one.
    """

    text: str
    evidence: Span
    wanted: Span
    mode: str | None
    wanted_mode: str | None


class Typist:
    """Keys codings as somebody does who knows every key and never errs.

    Attributes:
        hands: The hands, with their counts.
        n_empty: How many paragraphs without a statement cost a key of their own.
        n_passed: How many paragraphs the session passed with the key before them.
        n_lost: How many of these have a wanted statement.
        guesses: What the session had filled in for each statement before it was corrected.
    """

    def __init__(self, session: Session, least: float = 1.0) -> None:
        """Begin; evidence counts as reached at this overlap with the wanted words, or when it is the same words."""
        self.hands = Hands(session)
        self.n_empty = self.n_passed = self.n_lost = 0
        self.guesses: list[Guess] = []
        self._least = least

    def key(self, coding: Coding) -> None:
        """Key a coding: every paragraph of its article from the first that is open to the last."""
        cursor = self.hands.session.cursor
        first = cursor.article.first
        for index in range(len(coding.article.paragraphs)):
            rows = coding.of(index)
            if self.hands.session.coding.review(first + index).state in DONE:
                self.n_passed += 1
                self.n_lost += bool(rows)
            if not rows and (cursor.article.first != first or cursor.index != index):
                continue  # Enter went past it
            self._go_to(first + index)
            if not rows:
                self.hands.run("no_claim", "navigation")
                self.n_empty += 1
            for number, row in enumerate(rows):
                if number:
                    self.hands.run("another", "navigation")
                elif self._is_carried(coding, row):
                    self.hands.run("carry", "speaker")
                self._key_statement(row)
            if rows and not self.hands.run("done", "navigation"):
                self.hands.run("done", "navigation")  # something is missing: leave it open

    def _is_carried(self, coding: Coding, row: Row) -> bool:
        """Whether it takes fewer keys to go on with the speakers and labels of the statement before this paragraph."""
        before = [one for one in coding.rows if one.paragraph < row.paragraph]
        if not before or set(before[-1].speakers) != set(row.speakers):
            return False
        n_anew = 2 * len(row.speakers) - 1 + len(row.labels.keys() - set(LAST))
        changed = {name for name, value in row.labels.items() if before[-1].labels.get(name) != value}
        # A target that changes counts twice: a statement begun anew often guesses it, one that goes on never does.
        return 1 + len(changed - {"mode"}) + ("target" in changed) < n_anew

    def _go_to(self, paragraph: int) -> None:
        """Go to a paragraph where the last key did not lead there."""
        cursor = self.hands.session.cursor
        while cursor.paragraph.id != paragraph:
            forward = cursor.paragraph.id < paragraph
            self.hands.run("next_paragraph" if forward else "previous_paragraph", "navigation")

    def _key_statement(self, row: Row) -> None:
        cursor, codebook = self.hands.session.cursor, self.hands.session.instrument.codebook
        self._accept_speaker(row)
        key_speakers(self.hands, row.speakers)
        paragraph = cursor.paragraph
        wanted = span_in((paragraph.start, paragraph.end), row.evidence)
        before = cursor.evidence or (0, len(cursor.text))
        key_evidence(self.hands, wanted, self._least)
        asked = [variable for variable in codebook.asked("statement") if variable.name in row.labels]
        mode = wanted_mode = None
        for variable in sorted(asked, key=lambda one: LAST.index(one.name) if one.name in LAST else -1):
            if variable.guess == "mode":
                mode, wanted_mode = value_of(self.hands.session, variable), row.labels[variable.name]
            self._key_value(variable, row.labels[variable.name])
        self.guesses.append(Guess(cursor.text, before, wanted, mode, wanted_mode))

    def _key_value(self, variable: Variable, wanted: str) -> None:
        keyed = key_target if variable.name == "target" else key_label
        keyed(self.hands, variable, wanted)

    def _accept_speaker(self, row: Row) -> None:
        """Where the offered speaker is a wanted one, take it with the key of the stance, which is pressed anyway."""
        session = self.hands.session
        offered = session.predicted.of_current()
        if offered is None or not any(is_same(one, name) for one in offered.names for name in row.speakers):
            return
        asked = [one for one in session.instrument.codebook.asked("statement") if session.predicted.takes(one)]
        for variable in asked:
            if variable.name in row.labels:
                key_label(self.hands, variable, row.labels[variable.name])

    def n_exact(self, coding: Coding, first: int) -> int:
        """How many statements the project has as they were wanted; `first` is the row of the first paragraph."""
        found = 0
        for index in range(len(coding.article.paragraphs)):
            held = self.hands.session.coding.statements(first + index)
            rows = coding.of(index)
            if len(held) == len(rows):
                pairs = zip(held, rows, strict=True)
                text = coding.article.raw_text
                found += sum(_is_wanted(one, row, text, self._least) for one, row in pairs)
        return found


def _is_wanted(held: Statement, row: Row, text: str, least: float) -> bool:
    if held.evidence_start is None or held.evidence_end is None:
        return False
    return (
        are_wanted(held.speakers, row.speakers)
        and is_reached(text, (held.evidence_start, held.evidence_end), row.evidence, least)
        and all(name in held.labels and held.labels[name].value == value for name, value in row.labels.items())
    )
