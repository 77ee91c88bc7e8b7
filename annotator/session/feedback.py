"""Feedback in training: gold beside the coder's own answer, with the codebook's rule where they differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from annotator.codebook.model import Category, Codebook, Variable
from annotator.model import JOURNALIST, Label, Statement, Value
from annotator.session.cursor import Cursor
from annotator.session.instrument import Instrument
from annotator.store import Store
from annotator.text.counted import counted
from annotator.text.quotation import quoted
from annotator.text.terminal_text import one_line

if TYPE_CHECKING:
    from annotator.store.changes.adjudication import GoldParagraph, GoldStatement


class Compared(NamedTuple):
    """One variable, as the coder and as gold have it.

    Attributes:
        title: The variable.
        own: The coder's value in words; empty for none.
        gold: The gold value in words; empty where gold says nothing.
        is_same: Whether they are the same; also where gold says nothing.
        rules: What the codebook says about the gold value and against the coder's, where they differ.
    """

    title: str
    own: str
    gold: str
    is_same: bool
    rules: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The variable as the coder and as gold have it."""
        if self.is_same:
            return f"{self.title}: {self.own or self.gold or 'none'}"
        return f"{self.title}: you {self.own or 'none'} · gold {self.gold or 'none'}"


class Part(NamedTuple):
    """A statement of the coder, of gold or of both, or the paragraph itself, with its variables.

    Attributes:
        title: The statement or the paragraph.
        is_found: Whether both have it.
        rows: Its variables.
    """

    title: str
    is_found: bool
    rows: tuple[Compared, ...]

    @property
    def is_same(self) -> bool:
        """Whether the coder has it as gold has it."""
        return self.is_found and all(row.is_same for row in self.rows)


class Feedback(NamedTuple):
    """The gold of a paragraph beside the coder's answer.

    Attributes:
        parts: The paragraph, then its statements.
        reason: Why gold is what it is, if the adjudicator said so.
    """

    parts: tuple[Part, ...]
    reason: str | None

    @property
    def is_same(self) -> bool:
        """Whether the coder answered as gold does."""
        return all(part.is_same for part in self.parts)

    @property
    def heading(self) -> str:
        """What came out, in a sentence."""
        if self.is_same:
            return "As gold has it. Your answer stays."
        n = sum((not part.is_found) + sum(not row.is_same for row in part.rows) for part in self.parts)
        return f"{counted(n, 'difference')} from gold. Your answer stays."


class Feedbacks:
    """Shows the coder gold, once they are done with a paragraph in a phase with feedback."""

    def __init__(self, store: Store, instrument: Instrument, cursor: Cursor) -> None:
        self._store = store
        self._instrument = instrument
        self._cursor = cursor

    def here(self) -> Feedback | None:
        """The feedback on the current paragraph; None where gold is not shown."""
        if not self._cursor.sees_gold:
            return None
        from annotator.store.changes.adjudication import gold_of  # most sessions have no feedback

        gold = gold_of(self._store, self._cursor.paragraph.id)
        return None if gold is None else _feedback(self._instrument.codebook, self._cursor, gold)


def _feedback(codebook: Codebook, cursor: Cursor, gold: GoldParagraph) -> Feedback:
    state = Compared("state", cursor.state, gold.state, cursor.state == gold.state)
    labels = cursor.review.labels
    around = [_compared(v, labels.get(v.name), gold.labels.get(v.name)) for v in codebook.asked("paragraph")]
    parts = [Part(f"paragraph {cursor.index + 1}", True, (state, *(row for row in around if row is not None)))]
    matched, own_alone, gold_alone = _matched(cursor, gold)
    parts += [
        Part(f"statement {i + 1}", True, tuple(_rows(codebook, cursor.statements[i], gold.statements[j])))
        for i, j in matched
    ]
    parts += [
        Part(f"statement {i + 1} is not in gold", False, tuple(_rows(codebook, cursor.statements[i], None)))
        for i in own_alone
    ]
    parts += [
        Part(f"gold has a statement that you lack: {_words(cursor, one)}", False, tuple(_rows(codebook, None, one)))
        for one in (gold.statements[j] for j in gold_alone)
    ]
    return Feedback(tuple(parts), gold.reason)


def _matched(cursor: Cursor, gold: GoldParagraph) -> tuple[Sequence[tuple[int, int]], Sequence[int], Sequence[int]]:
    """Which statements are the same, by the rule of the agreement report; those of the coder and of gold alone."""
    from annotator.agreement.statement_matching import match_statements  # brings numpy

    start, end = cursor.paragraph.start, cursor.paragraph.end
    own = [
        (one.evidence_start, one.evidence_end, frozenset(mention.name for mention in one.speakers))
        for one in cursor.statements
    ]
    theirs = [(*(one.evidence or (None, None)), frozenset(one.speakers)) for one in gold.statements]
    # A statement without evidence rests on the whole paragraph.
    filled = [
        [(start if a is None else a, end if b is None else b, who) for a, b, who in spans] for spans in (own, theirs)
    ]
    found = match_statements(*filled)
    return found.pairs, found.only_a, found.only_b


def _rows(codebook: Codebook, own: Statement | None, gold: GoldStatement | None) -> Iterator[Compared]:
    """The variables of a statement; those that neither has are left out."""
    for variable in codebook.asked("statement"):
        if variable is codebook.speaker:
            yield _speakers(variable, own, gold)
            continue
        label = own.labels.get(variable.name) if own else None
        row = _compared(variable, label, gold.labels.get(variable.name) if gold else None)
        if row is not None:
            # Of a statement that only one has, no variable is wrong; the rules say what gold saw in it.
            yield row if own and gold else row._replace(is_same=True)


def _speakers(variable: Variable, own: Statement | None, gold: GoldStatement | None) -> Compared:
    mine = [mention.name for mention in own.speakers] if own else []
    theirs = list(gold.speakers) if gold else []
    is_same = set(mine) == set(theirs) or not (own and gold and theirs)
    rules = () if is_same else tuple(_question(variable))
    return Compared(variable.title, _names(mine), _names(theirs), is_same, rules)


def _compared(variable: Variable, label: Label | None, gold: Value | None) -> Compared | None:
    """A variable that the coder or gold has a value of; where gold has none, nothing is wrong."""
    own = None if label is None else label.value
    if own is None and gold is None:
        return None
    is_same = gold is None or _same(variable, own, gold)
    rules = () if is_same else tuple(_rules(variable, own, gold))
    return Compared(variable.title, _shown(own), _shown(gold), is_same, rules)


def _same(variable: Variable, own: Value | None, gold: Value | None) -> bool:
    if own is None or gold is None:
        return own is gold
    if variable.level == "set":
        return {*(own if isinstance(own, list) else [own])} == {*(gold if isinstance(gold, list) else [gold])}
    return own == gold


def _rules(variable: Variable, own: Value | None, gold: Value | None) -> Iterator[str]:
    """What the codebook says about the gold value, and when not to choose the coder's."""
    wanted, chosen = ([str(one) for one in _listed(value)] for value in (gold, own))
    for name in [name for name in wanted if name not in chosen]:
        category = variable.category(name)
        if category is not None and (text := _definition(category)):
            yield f"{one_line(name)}: {text}"
    for name in [name for name in chosen if name not in wanted]:
        category = variable.category(name)
        if category is not None and category.avoid:
            yield f"not {one_line(name)}: {_flowing(category.avoid)}"
    if not variable.categories:
        yield from _question(variable)


def _question(variable: Variable) -> Iterator[str]:
    """What the codebook asks, of a variable without categories; its guidance can be long."""
    text = variable.definition or variable.guidance
    if text:
        yield _flowing(text)


def _definition(category: Category) -> str:
    return " ".join(_flowing(text) for text in (category.definition, category.use) if text)


def _flowing(text: str) -> str:
    """A text of the codebook without its line breaks."""
    return one_line(" ".join(text.split()))


def _listed(value: Value | None) -> list[Value]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def _shown(value: Value | None) -> str:
    shown = (int(v) if isinstance(v, float) and v == int(v) else v for v in _listed(value))
    return one_line(", ".join(map(str, shown)))


def _names(names: Sequence[str]) -> str:
    return one_line(", ".join("the journalist" if name == JOURNALIST else name for name in names))


def _words(cursor: Cursor, one: GoldStatement) -> str:
    """The words that a gold statement rests on."""
    if one.evidence is None:
        return "on the whole paragraph"
    return quoted(one_line(cursor.article.raw_text[slice(*one.evidence)]))
