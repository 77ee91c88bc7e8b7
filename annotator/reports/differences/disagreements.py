"""Where coders disagree, the worst paragraphs first, for a coder who is no longer blind to the others there.

A coder sees a paragraph's codings only if they are done with the paragraph themselves. While a phase of theirs is open,
they see only what was assigned to them in a phase that is closed: what others did must not reach anyone who is still to
decide, nor teach them in the middle of a phase how the others decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any, NamedTuple

from annotator.agreement.data.distances import masi
from annotator.codebook.model import Codebook, Variable
from annotator.records import ParagraphRecord, ReviewRecord, Selection, StatementRecord
from annotator.reports.compared.collect import match
from annotator.reports.compared.measures import Measure, Reader, measure_of
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan
from annotator.store.read.comparison import merged_names, n_paragraphs

STATEMENT = "statement"
"""The name under which a statement that one coder alone has is a difference."""
STATE = "state"

NOTHING = "–"


class Difference(NamedTuple):
    """One thing that two coders said differently; `cost` is 0 to 1, and 1 for a statement that one does not have."""

    variable: str
    title: str
    a: str
    b: str
    cost: float
    values: frozenset[str]
    """The categories or names in question."""


class Comparison(NamedTuple):
    """A statement of one coder beside that of the other, or alone; both are None for the paragraph itself."""

    a: StatementRecord | None
    b: StatementRecord | None
    same: tuple[tuple[str, str], ...]
    """What both say alike: title and value."""
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Disagreement:
    """A paragraph in which two coders differ."""

    place: ParagraphRecord
    """The paragraph, with everybody's work on it."""
    a: ReviewRecord
    b: ReviewRecord
    comparisons: tuple[Comparison, ...]

    @property
    def paragraph(self) -> int:
        """The paragraph's row in the project file."""
        return self.place.id

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """All differences, in the order of the text."""
        return tuple(one for comparison in self.comparisons for one in comparison.differences)

    @cached_property
    def cost(self) -> float:
        """How much the two differ: the sum over the differences."""
        return sum(one.cost for one in self.differences)


@dataclass(frozen=True)
class DisagreementFilter:
    """Which disagreements are meant; None does not narrow."""

    variable: str | None = None
    category: str | None = None
    coder: str | None = None
    article: str | None = None

    def holds(self, one: Disagreement) -> bool:
        """Whether a disagreement is meant."""
        if self.coder is not None and self.coder not in (one.a.coder, one.b.coder):
            return False
        if self.article is not None and self.article != one.place.article_name:
            return False
        return any(map(self.means, one.differences))

    def means(self, difference: Difference) -> bool:
        """Whether a difference is about the variable and the category that are meant."""
        return (self.variable is None or difference.variable == self.variable) and (
            self.category is None or self.category in difference.values
        )

    def cost(self, one: Disagreement) -> float:
        """How much the two differ in what is meant."""
        if self.variable is None and self.category is None:
            return one.cost
        return sum(difference.cost for difference in one.differences if self.means(difference))


@dataclass(frozen=True)
class Case:
    """A paragraph with all its pairs of coders who differ; none where everybody coded it alike."""

    place: ParagraphRecord
    items: tuple[Disagreement, ...] = ()

    @property
    def paragraph(self) -> int:
        """The paragraph's row in the project file."""
        return self.place.id

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """What the pairs differ in."""
        return tuple(one for item in self.items for one in item.differences)

    def cost(self, wanted: DisagreementFilter) -> float:
        """How much two coders differ on average in what a filter means."""
        n_coders = len(self.place.done)
        return sum(map(wanted.cost, self.items)) / max(n_coders * (n_coders - 1) // 2, 1)


@dataclass(frozen=True)
class Disagreements:
    """What one coder may see of the disagreements in a project."""

    items: tuple[Disagreement, ...]
    """The worst first."""
    n_compared: int
    """Paragraphs, counted once for each pair of coders, in which codings were compared."""
    n_not_done: int
    """Paragraphs that two others are done with and the asking coder is not: hidden."""
    n_blind: int
    """Paragraphs hidden because a phase of the asking coder is still open."""
    share: float = 1.0
    """How much of the project was compared, 0 to 1."""
    alike: tuple[ParagraphRecord, ...] = ()
    """Paragraphs that all coders coded alike; only an adjudicator gets them."""
    merged_names: Mapping[str, str] = field(default_factory=dict)
    """What the names of merged registry entries stand for now."""

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The pairs of coders who disagree."""
        return frozenset((one.a.coder, one.b.coder) for one in self.items)

    def confusions(self, wanted: DisagreementFilter) -> list[tuple[str, int]]:
        """What differs most often among those that a filter means, in words, with how often."""
        return _confusions(self.chosen(wanted), wanted)

    def chosen(self, wanted: DisagreementFilter) -> tuple[Disagreement, ...]:
        """Those that a filter means, the worst first in what it means."""
        if wanted == DisagreementFilter():
            return self.items
        found = [one for one in self.items if wanted.holds(one)]
        return tuple(sorted(found, key=lambda one: (-wanted.cost(one), one.paragraph)))

    def view(self, wanted: DisagreementFilter, *, with_alike: bool = False) -> DisagreementView:
        """What a list of those that a filter means shows.

        Args:
            wanted: The filter.
            with_alike: List the paragraphs that were coded alike too, if the filter asks for nothing that differs.
        """
        chosen = self.chosen(wanted)
        grouped: dict[int, list[Disagreement]] = {}
        for one in chosen:
            grouped.setdefault(one.paragraph, []).append(one)
        cases = [Case(items[0].place, tuple(items)) for items in grouped.values()]
        cases.sort(key=lambda case: (-case.cost(wanted), case.paragraph))
        if with_alike and replace(wanted, article=None) == DisagreementFilter():
            cases += [Case(one) for one in self.alike if wanted.article in (None, one.article_name)]
        return DisagreementView(wanted, tuple(cases), _confusions(chosen, wanted), with_alike)


class DisagreementView(NamedTuple):
    """The paragraphs with disagreements that a filter means.

    Attributes:
        filter: The filter.
        cases: The paragraphs, the worst first; those that were coded alike last.
        confusions: What differs most often, in words, with how often.
        with_alike: Whether paragraphs that were coded alike are listed too.
    """

    filter: DisagreementFilter
    cases: tuple[Case, ...]
    confusions: list[tuple[str, int]]
    with_alike: bool = False


def _confusions(chosen: Iterable[Disagreement], wanted: DisagreementFilter) -> list[tuple[str, int]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for one in chosen:
        for difference in one.differences:
            if wanted.variable not in (None, difference.variable):
                continue
            if difference.variable == STATEMENT:
                found["", "", ""] += 1
            elif difference.a != NOTHING and difference.b != NOTHING:
                found[difference.title, *_ordered(difference.a, difference.b)] += 1
    return [
        (f"{title} {a} ↔ {b}" if title else "statements that one has alone", n)
        for (title, a, b), n in found.most_common()
    ]


def _ordered(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a <= b else (b, a)


def find_disagreements(
    store: Store, coder: str, *, is_adjudicator: bool = False, phases: Sequence[str] = ()
) -> Disagreements:
    """Compare all pairs of coders in the paragraphs that a coder may see; see `Search`."""
    search = Search(store, coder, is_adjudicator=is_adjudicator, phases=phases)
    for _ in search.steps():
        pass
    return search.found()


class Viewer:
    """Says which paragraphs' codings somebody may see, and counts those that stay hidden, by reason."""

    def __init__(self, store: Store, coder: str | None, *, is_adjudicator: bool = False) -> None:
        """Hide nothing yet.

        Args:
            store: The project.
            coder: Who looks; None sees everything.
            is_adjudicator: Whether they need not have coded a paragraph themselves.
        """
        self._blindness = store.blindness(coder)
        self._needs_own = None if is_adjudicator else coder
        self.n_not_done = 0
        """Paragraphs that they have not finished themselves."""
        self.n_blind = 0
        """Paragraphs of a phase that is still open for them."""

    def sees(self, paragraph: ParagraphRecord) -> bool:
        """Whether they may see the codings of a paragraph; what they may not is counted."""
        if self._needs_own is not None and self._needs_own not in paragraph.done:
            self.n_not_done += 1
        elif self._blindness.hides(paragraph.id):
            self.n_blind += 1
        else:
            return True
        return False

    def sees_article(self, coders: Iterable[str]) -> bool:
        """Whether they may see what these coders said of an article as a whole."""
        return not self._blindness.open_phases and (self._needs_own is None or self._needs_own in coders)


class Search:
    """Compares all pairs of coders in the paragraphs that a coder may see, one paragraph after the other."""

    def __init__(self, store: Store, coder: str, *, is_adjudicator: bool = False, phases: Sequence[str] = ()) -> None:
        """Compare nothing yet.

        Args:
            store: The project.
            coder: Who asks. Somebody who has coded nothing sees nothing, unless they adjudicate.
            is_adjudicator: Whether they do: then they need not have coded a paragraph themselves.
            phases: Compare only codings of these phases; by default all, for an adjudicator all but training.
        """
        self._store = store
        self._phases = tuple(phases)
        self._coder = coder
        self._viewer = Viewer(store, coder, is_adjudicator=is_adjudicator)
        self._items: list[Disagreement] = []
        self._alike: list[ParagraphRecord] = []
        self._names: Mapping[str, str] = {}
        self._is_adjudicator = is_adjudicator
        self._n_read = self._n_paragraphs = self._n_compared = 0
        self._is_complete = False

    def steps(self) -> Iterator[None]:
        """Compare, from one snapshot; the caller gets control after every paragraph."""
        selection = replace(_everyone(self._store, self._coder), phases=self._phases)
        if self._is_adjudicator:
            selection = AssignmentPlan(self._store).without_training(selection)
        with self._store.records(selection, coders="human") as snapshot:
            self._names = merged_names(snapshot.chosen)
            compare = Comparer(snapshot.codebook, self._names)
            self._n_paragraphs = n_paragraphs(snapshot.chosen)
            for self._n_read, paragraph in enumerate(snapshot.paragraphs(), 1):
                self._add(paragraph, compare)
                yield
        self._is_complete = True

    @property
    def n_found(self) -> int:
        """How many disagreements were found so far."""
        return len(self._items)

    def found(self) -> Disagreements:
        """What was found so far."""
        # Those found before are in order already.
        self._items.sort(key=lambda one: (-one.cost, one.paragraph))
        share = 1.0 if self._is_complete else self._n_read / (self._n_paragraphs + 1)
        counts = self._n_compared, self._viewer.n_not_done, self._viewer.n_blind
        return Disagreements(tuple(self._items), *counts, share, tuple(self._alike), self._names)

    def _add(self, paragraph: ParagraphRecord, compare: Comparer) -> None:
        done = paragraph.done
        if len(done) > 1 and self._viewer.sees(paragraph):
            n_before = len(self._items)
            for a, b in combinations(done.values(), 2):
                self._n_compared += 1
                self._items += compare.pair(paragraph, a, b)
            if self._is_adjudicator and len(self._items) == n_before:
                self._alike.append(paragraph)


def _everyone(store: Store, coder: str) -> Selection:
    """The work of all human coders and of the one who asks, who may be a model."""
    return Selection(coders=tuple(one.name for one in store.coders() if one.kind == "human" or one.name == coder))


class Comparer:
    """Says how two codings of a paragraph differ."""

    def __init__(self, codebook: Codebook, merged_names: Mapping[str, str]) -> None:
        self._reader = Reader(codebook, merged_names)
        measures = [(v, measure_of(v)) for v in codebook.variables if v.enabled]
        self._of_statements = [(v, m) for v, m in measures if m is not None and m.part == "statement"]
        self._of_paragraphs = [(v, m) for v, m in measures if m is not None and m.part == "paragraph"]

    def pair(self, paragraph: ParagraphRecord, a: ReviewRecord, b: ReviewRecord) -> Iterator[Disagreement]:
        """The disagreement of two coders, if they disagree."""
        compared = (self._whole(paragraph, a, b), *self._statements(paragraph, a.coder, b.coder))
        if any(one.differences for one in compared):
            yield Disagreement(paragraph, a, b, compared)

    def _whole(self, paragraph: ParagraphRecord, a: ReviewRecord, b: ReviewRecord) -> Comparison:
        """State and variables of the paragraph; where there are statements, the state says nothing of its own."""
        differences = []
        has_statements = paragraph.statements_of(a.coder) or paragraph.statements_of(b.coder)
        if a.state != b.state and not has_statements:
            differences.append(Difference(STATE, STATE, a.state, b.state, 0.5, frozenset({a.state, b.state})))
        same, other = self._values(
            [
                (v, m, *(self._reader.of_label(v, one.labels.get(v.name))[0] for one in (a, b)))
                for v, m in self._of_paragraphs
            ]
        )
        return Comparison(None, None, tuple(same), (*differences, *other))

    def _statements(self, paragraph: ParagraphRecord, a: str, b: str) -> list[Comparison]:
        matching = match(paragraph, a, b)
        made_a, made_b = paragraph.statements_of(a), paragraph.statements_of(b)
        found = [self._matched(made_a[i], made_b[j]) for i, j in matching.pairs]
        found += [self._alone(made_a[i], None) for i in matching.only_a]
        found += [self._alone(None, made_b[j]) for j in matching.only_b]
        return sorted(
            found, key=lambda one: min(s.evidence_start or paragraph.start for s in (one.a, one.b) if s is not None)
        )

    def _matched(self, a: StatementRecord, b: StatementRecord) -> Comparison:
        read = self._reader.of_statement
        same, differences = self._values([(v, m, read(v, a)[0], read(v, b)[0]) for v, m in self._of_statements])
        return Comparison(a, b, tuple(same), tuple(differences))

    def _alone(self, a: StatementRecord | None, b: StatementRecord | None) -> Comparison:
        one = a or b
        assert one is not None  # noqa: S101 (one of the two was given)
        labels = [self._reader.of_statement(v, one)[0] for v, _ in self._of_statements]
        said = [(v.title, words(label)) for (v, _), label in zip(self._of_statements, labels, strict=True)]
        what = "has it", "has no such statement"
        values = frozenset(name for label in labels for name in _names(label))
        difference = Difference(STATEMENT, STATEMENT, what[a is None], what[b is None], 1.0, values)
        return Comparison(a, b, tuple((title, value) for title, value in said if value != NOTHING), (difference,))

    def _values(self, rows: list[tuple[Variable, Measure, Any, Any]]) -> tuple[list[tuple[str, str]], list[Difference]]:
        same, differences = [], []
        for variable, measure, a, b in rows:
            if a == b:
                if a is not None:
                    same.append((variable.title, words(a)))
                continue
            cost = 1.0 if a is None or b is None else distance(measure, variable, a, b)
            values = frozenset({*_names(a), *_names(b)})
            differences.append(Difference(variable.name, variable.title, words(a), words(b), cost, values))
        return same, differences


def distance(measure: Measure, variable: Variable, a: Hashable, b: Hashable) -> float:
    """How far two different labels lie apart, 0 to 1: ordinal by steps, sets by MASI, numbers by their bounds."""
    if measure.level == "set":
        return masi(a, b)  # type: ignore[arg-type]  # labels of sets are frozensets
    if measure.level == "ordinal" and a not in measure.outside and b not in measure.outside:
        scale = measure.scale or ()
        return abs(scale.index(a) - scale.index(b)) / max(len(scale) - 1, 1)
    if measure.level in ("interval", "ratio"):
        numbers = [float(str(label)) for label in (a, b)]
        low = variable.minimum if variable.minimum is not None else min(0.0, *numbers)
        high = variable.maximum if variable.maximum is not None else max(numbers)
        return min(1.0, abs(numbers[0] - numbers[1]) / (high - low)) if high > low else 1.0
    return 1.0


def words(label: Any) -> str:
    """A label as the browser shows it."""
    if label is None:
        return NOTHING
    if isinstance(label, frozenset):
        return ", ".join(sorted(map(str, label))) or "none"
    return f"{label:g}" if isinstance(label, float) else str(label)


def _names(label: Any) -> tuple[str, ...]:
    if label is None:
        return ()
    return tuple(map(str, label)) if isinstance(label, frozenset) else (words(label),)
