"""Predicted speakers: another statement begins with one, and a first one offers one where the codebook says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from annotator.codebook.model import Variable
from annotator.model import JOURNALIST, Mention, Statement
from annotator.session.cursor import Cursor
from annotator.session.evidence import EvidenceEditor
from annotator.session.instrument import Instrument
from annotator.session.suggestions import Suggestions
from annotator.store.coder.coding import Coding
from annotator.text.evidence import Quotation, Span, quotations

if TYPE_CHECKING:
    # Loaded when the first paragraph is ranked, which is after it is on the screen.
    from annotator.speakers import Basis, Suggestion

_OMISSION = re.compile(
    r"\b(?:(?:did|do|does) not|(?:did|do|does)n[’']t|fail(?:ed|ing|s)? to|without) (?:\w+ly )?"
    r"(?:comment|elaborat|explain|giv|identif|list|mention|nam|provid|say|specif)\w*"
    r"|\b(?:g[ai]v|m[ai]k|mad)\w* no (?:indication|mention|reference)\b|\bomitt\w+",
    re.IGNORECASE,
)
"""That somebody did not say something, which is the journalist's observation."""

_ASIDE = re.compile(r"[–—][^–—.]{1,80}[–—]")
"""Words between two dashes. A source in them is that of what follows."""

SURE = 5.5
"""From this score on, an attribution tells who speaks; a name before "said" has about 10."""


class Prediction(NamedTuple):
    """Who speaks by what the words say, and why.

    Attributes:
        names: The speakers; several speak as one.
        reason: Why, in a few words.
        rank: The place among the suggestions, if they have one.
        kept: The speakers of an earlier statement, where they go on.
    """

    names: tuple[str, ...]
    reason: str
    rank: int | None = None
    kept: tuple[Mention, ...] = ()

    @property
    def name(self) -> str:
        """The speakers in one line, as a suggestion of two has them."""
        return " and ".join(self.names)


class _Told(NamedTuple):
    """An attribution to a suggested speaker."""

    suggestion: Suggestion
    basis: Basis

    @property
    def surest(self) -> float:
        """What sorts the surest first."""
        return -self.basis.score

    @property
    def fewest(self) -> int:
        """What sorts two who speak as one before either of them."""
        return -len(self.suggestion.names)


class PredictedSpeaker:
    """Predicts speakers: for another statement of a paragraph, and where `guess: speaker` says so for a first one.

    Another statement begins with the prediction. For a first one it is offered, and recorded with the coder's key.
    """

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
        self._filled: tuple[str, Span, str] = ("", (0, 0), "")

    @property
    def is_on(self) -> bool:
        """Whether the codebook asks for predictions of first speakers."""
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
        return self._likeliest(cursor.evidence or self._evidence.for_next(), self._before())

    def of_another(self) -> tuple[Span, Prediction | None]:
        """The words of another statement of the paragraph, with its prediction; None where nothing tells."""
        cursor, unit = self._cursor, self._evidence.for_next()
        if self._instrument.codebook.speaker is None or cursor.statement is None:
            return unit, None
        before = cursor.statement if cursor.statement.speakers else self._before()
        if before is not None and unit == cursor.span_of(before):
            return unit, _kept(before, "the same words")
        found = self._likeliest(unit, before, is_in_order=True)
        if found is None:
            return unit, None
        own = self._evidence.part_for(unit, [found.name])
        passed = self._evidence.passed(unit, own)
        if passed is not None and before is not None and self._is_rest(unit):
            return passed, _kept(before, "goes on")
        return own, found

    def filled(self, statement_id: str, unit: Span, reason: str) -> None:
        """Remember why a statement on these words has begun with its speaker."""
        self._filled = (statement_id, unit, reason)

    def why(self, statement: Statement) -> str | None:
        """Why a statement has a predicted speaker; None when the coder named it.

        Empty in a later session, and once the evidence is elsewhere.
        """
        if all(mention.origin == "coder" for mention in statement.speakers):
            return None
        statement_id, unit, reason = self._filled
        span = self._cursor.span_of(statement)
        is_there = span is not None and span[0] < unit[1] and unit[0] < span[1]
        return reason if is_there and statement_id == statement.statement_id else ""

    def _likeliest(self, unit: Span, before: Statement | None, *, is_in_order: bool = False) -> Prediction | None:
        """The speaker of words: by an attribution, as one who goes on, else the journalist.

        Of a part of a sentence only an attribution within it tells more than that somebody goes on.

        Args:
            unit: The words.
            before: The statement before.
            is_in_order: Of several speakers the first, as the others' words follow; else the surest.
        """
        if self._cursor.article.is_english and self._is_omission(unit):
            return Prediction((JOURNALIST,), "what somebody did not say")
        around = self._attributed(unit)
        inside = [one for one in around if self._is_in(unit, one.basis.cue)] if self._is_part(unit) else around
        found = self._of(inside, is_in_order) or self._carried_on(unit, before) or self._of(around, is_in_order)
        if found is not None or self._cursor.article.is_english:
            return found or Prediction((JOURNALIST,), "attributed to nobody")
        # The words of saying are not known, so that silence tells nothing.
        return None if before is None else _kept(before, "the speaker before")

    def _is_omission(self, unit: Span) -> bool:
        """Whether the reporter's words tell that somebody did not say something."""
        from annotator.speakers.attribution import masked

        cursor = self._cursor
        own = masked(cursor.text, quotations(cursor.text, cursor.article.is_open_at(cursor.index)))
        return _OMISSION.search(own, *unit) is not None

    def _is_in(self, unit: Span, cue: int) -> bool:
        """Whether a cue tells of words from their beginning: it is in them, and not in an aside between dashes."""
        if not unit[0] <= cue < unit[1]:
            return False
        text = self._cursor.text
        aside = next((one for one in _ASIDE.finditer(text, *unit) if one.start() <= cue < one.end()), None)
        return aside is None or aside.start() == unit[0]

    def _attributed(self, unit: Span) -> list[_Told]:
        """What is surely attributed to somebody in the sentences of these words."""
        return [
            _Told(one, basis)
            for one in self._suggestions.ranked()
            for basis in one.bases
            if basis.score >= SURE and basis.start < unit[1] and unit[0] < basis.end
        ]

    def _of(self, told: Sequence[_Told], is_in_order: bool) -> Prediction | None:
        if not told:
            return None
        signs = ("basis.first", "surest") if is_in_order else ("surest", "basis.first")
        best, basis = min(told, key=attrgetter(*signs, "fewest"))
        return Prediction(best.names, basis.reason or best.reason, self._suggestions.rank_of(best.name))

    def _carried_on(self, unit: Span, before: Statement | None) -> Prediction | None:
        """The speaker before, inside a quotation and in the rest of a sentence."""
        is_open = unit[0] == 0 and self._cursor.article.is_open_at(self._cursor.index)
        if before is None and is_open:
            before = self._above()
        if before is None or not (is_open or self._is_rest(unit) or self._is_quoted(unit)):
            return None
        return _kept(before, "goes on")

    def _is_rest(self, unit: Span) -> bool:
        """Whether words begin within a sentence."""
        return unit[0] not in {start for start, _ in self._evidence.sentences()}

    def _is_part(self, unit: Span) -> bool:
        """Whether words begin or end within a sentence."""
        return self._is_rest(unit) or unit[1] not in {end for _, end in self._evidence.sentences()}

    def _is_quoted(self, unit: Span) -> bool:
        """Whether most of the words stand in quotation marks."""
        cursor = self._cursor
        found = quotations(cursor.text, cursor.article.is_open_at(cursor.index))
        n = sum(min(one.end, unit[1]) - max(one.start, unit[0]) for one in found if not one.depth and _meet(one, unit))
        return 2 * n > unit[1] - unit[0]

    def _before(self) -> Statement | None:
        """The last statement of the paragraph that has a speaker."""
        return next((one for one in reversed(self._cursor.statements) if one.speakers), None)

    def _above(self) -> Statement | None:
        """The last statement above the paragraph in its article, where it has a speaker."""
        above = reversed(self._cursor.article.paragraphs[: self._cursor.index])
        found = (self._coding.statements(paragraph.id) for paragraph in above)
        last = next((made[-1] for made in found if made), None)
        return last if last is not None and last.speakers else None


def _kept(before: Statement, reason: str) -> Prediction:
    return Prediction(tuple(mention.name for mention in before.speakers), reason, None, before.speakers)


def _meet(quotation: Quotation, unit: Span) -> bool:
    return quotation.start < unit[1] and unit[0] < quotation.end
