"""The predicted speaker of a statement that has none: offered with its reason, taken by the key of the stance."""

from __future__ import annotations

from typing import NamedTuple

from annotator.codebook.model import Variable
from annotator.model import JOURNALIST
from annotator.session.cursor import Cursor
from annotator.session.evidence import EvidenceEditor
from annotator.session.instrument import Instrument
from annotator.session.suggestions import Suggestions
from annotator.store.coder.coding import Coding
from annotator.text.evidence import Span

SURE = 5.5
"""From this score on, an attribution tells who speaks; a name before "said" has about 10."""


class Prediction(NamedTuple):
    """A speaker that the words point to, and why; `rank` is its place among the suggestions, if it has one."""

    name: str
    reason: str
    rank: int | None = None


class PredictedSpeaker:
    """Predicts speakers where the codebook says so (`guess: speaker`); nothing is recorded before the coder's key."""

    def __init__(
        self,
        coding: Coding,
        instrument: Instrument,
        cursor: Cursor,
        suggestions: Suggestions,
        evidence: EvidenceEditor,
    ) -> None:
        self._coding = coding
        self._instrument = instrument
        self._cursor = cursor
        self._suggestions = suggestions
        self._evidence = evidence

    @property
    def is_on(self) -> bool:
        """Whether the codebook asks for predictions."""
        speaker = self._instrument.codebook.speaker
        return speaker is not None and speaker.guess == "speaker"

    def takes(self, variable: Variable) -> bool:
        """Whether the keys of a variable take the prediction: the first flat one of statements, the stance."""
        codebook = self._instrument.codebook
        flat = (one for one in codebook.asked("statement") if one is not codebook.speaker and one.is_flat)
        return variable == next(flat, None)

    def of_current(self) -> Prediction | None:
        """The prediction for the current statement, or for the one that the next key begins."""
        cursor = self._cursor
        if not self.is_on or cursor.next_speaker or (cursor.statement is not None and cursor.statement.speakers):
            return None
        unit = cursor.evidence or self._evidence.for_next()
        return self._attributed(unit) or self._carried_on(unit) or Prediction(JOURNALIST, "nobody else named")

    def _attributed(self, unit: Span) -> Prediction | None:
        """The speaker whom the words are most surely laid to."""
        found = [
            (basis.score, one)
            for one in self._suggestions.ranked()
            for basis in one.bases
            if basis.score >= SURE and basis.start < unit[1] and unit[0] < basis.end
        ]
        if not found:
            return None
        _, best = max(found, key=lambda pair: pair[0])
        return Prediction(best.name, best.reason, self._suggestions.rank_of(best.name))

    def _carried_on(self, unit: Span) -> Prediction | None:
        """The speaker before, inside a quotation and in the rest of a sentence."""
        cursor = self._cursor
        sentences = self._evidence.sentences()
        is_rest = unit[0] not in {start for start, _ in sentences}
        is_quoted = unit[0] == 0 and cursor.article.is_open_at(cursor.index)
        before = next((one for one in reversed(cursor.statements) if one.speakers), None)
        if before is None and is_quoted:
            above = reversed(cursor.article.paragraphs[: cursor.index])
            found = (self._coding.statements(paragraph.id) for paragraph in above)
            before = next((made[-1] for made in found if made), None)
        if before is None or not before.speakers or not (is_rest or is_quoted):
            return None
        return Prediction(before.speakers[0].name, "goes on")
