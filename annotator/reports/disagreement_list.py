"""Every unit on which coders differ: all codings of it, its text, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from annotator.codebook.model import Codebook, Variable
from annotator.errors import UsageError
from annotator.records import ArticleRecord, ParagraphRecord, Selection, StatementRecord
from annotator.reports.aggregate import Group, same_statements
from annotator.reports.compared.measures import Measure, Reader, measure_of
from annotator.reports.disagreements import STATE, STATEMENT, Viewer, distance
from annotator.store import Store
from annotator.store.read.chosen import Chosen
from annotator.store.read.comparison import article_labels, merged_names
from annotator.text.terminal_text import one_line

Progress = Callable[[str, int, int], None]
Values = dict[str, Any]

_DIFFERENT_STATE = 0.5


class Coding(NamedTuple):
    """What one coder said of a unit."""

    coder: str
    values: Mapping[str, Any] | None
    """By variable, as agreement compares them; None if the coder has no such statement."""
    evidence: tuple[int, int] | None = None
    """Start and end in the article."""
    words: str | None = None
    """The words of the evidence."""
    note: str | None = None


class DifferingUnit(NamedTuple):
    """A statement, a paragraph or an article on which coders differ."""

    cost: float
    """The sum of `differs`."""
    kind: str
    """statement, paragraph or article."""
    article_id: str
    article: str
    paragraph: int | None
    """Its position in the article; None for the article itself."""
    role: str | None
    differs: Mapping[str, float]
    """What each variable adds to the observed disagreement: the distances of all pairs of m labels, over m - 1."""
    codings: tuple[Coding, ...]
    """Of all coders who are done with it, by name."""
    text: str
    """The paragraph's, or the article's title."""


class DifferingUnits(NamedTuple):
    """What somebody may see of a project's disagreement."""

    units: tuple[DifferingUnit, ...]
    """The costliest first; of equals, in the order of the text."""
    n_compared: int
    """Paragraphs in which codings were compared."""
    n_not_done: int
    """Paragraphs that stay hidden because the one who asks has not finished them."""
    n_blind: int
    """Paragraphs that stay hidden because a phase of the one who asks is open."""


def differing_units(
    store: Store,
    viewer: Viewer,
    selection: Selection | None = None,
    variables: Sequence[str] = (),
    progress: Progress | None = None,
) -> DifferingUnits:
    """Find every unit on which coders differ, from one snapshot. Labels count as they do in agreement.

    Args:
        store: The project.
        viewer: Who asks; what they may not see is left out and counted.
        selection: Whose codings are compared, and of which paragraphs.
        variables: Only differences in these; `statement` is whether a statement exists, `state` that of a paragraph.
        progress: Called after every article.

    Raises:
        UsageError: The selection or a variable names what does not exist.
    """
    found: list[DifferingUnit] = []
    n_compared = 0
    with store.records(selection, progress, coders="human") as snapshot:
        compare = _Compare(snapshot.codebook, merged_names(snapshot.chosen), variables)
        of_articles = compare.labels_of_articles(snapshot.chosen)
        for article, paragraphs in snapshot.walk():
            said = of_articles.get(article.article_id, {})
            if len(said) > 1 and viewer.sees_article(said):
                found += compare.article(article, said)
            for paragraph in paragraphs:
                if len(paragraph.done) > 1 and viewer.sees(paragraph):
                    n_compared += 1
                    found += compare.paragraph(article, paragraph)
    found.sort(key=lambda one: -round(one.cost, 9))
    return DifferingUnits(tuple(found), n_compared, viewer.n_not_done, viewer.n_blind)


class _Compare:
    """Compares all codings of a unit."""

    def __init__(self, codebook: Codebook, merged: Mapping[str, str], wanted: Sequence[str]) -> None:
        self._reader = Reader(codebook, merged)
        measures = [(v, measure_of(v)) for v in codebook.variables if v.enabled or v.name in wanted]
        self._measures: list[tuple[Variable, Measure]] = [(v, m) for v, m in measures if m is not None]
        known = (*((STATEMENT,) if codebook.has_statements else ()), STATE, *(v.name for v, _ in self._measures))
        for name in wanted:
            if name not in known:
                raise UsageError(f"{one_line(name)} is not compared; what is: {', '.join(map(one_line, known))}")
        self._wanted = frozenset(wanted or known)

    def paragraph(self, article: ArticleRecord, paragraph: ParagraphRecord) -> Iterator[DifferingUnit]:
        """What coders differ on in a paragraph: the paragraph itself, then its statements in the text's order."""
        # Where everyone set the paragraph aside, only the state is compared, as in agreement.
        is_aside = all(review.is_set_aside for review in paragraph.done.values())
        groups = () if is_aside else same_statements(paragraph)
        yield from self._itself(article, paragraph, has_statements=bool(groups))
        for group in groups:
            yield from self._statement(article, paragraph, group)

    def labels_of_articles(self, chosen: Chosen) -> dict[str, dict[str, Values]]:
        """What each coder said of each article as a whole, by the article's id and the coder."""
        said: dict[str, dict[str, Values]] = {}
        for variable, _ in self._of("article"):
            for article_id, coder, label in article_labels(chosen, variable.name):
                value = self._reader.of_label(variable, label)[0]
                if value is not None:
                    said.setdefault(article_id, {}).setdefault(coder, {})[variable.name] = value
        return {article_id: dict(sorted(by_coder.items())) for article_id, by_coder in said.items()}

    def article(self, article: ArticleRecord, said: Mapping[str, Values]) -> Iterator[DifferingUnit]:
        """The article as a whole, if coders differ on it."""
        differs = self._differs("article", said.values())
        if differs:
            codings = tuple(Coding(coder, _plain(values)) for coder, values in said.items())
            place = (article.article_id, article.name, None, None)
            yield DifferingUnit(sum(differs.values()), "article", *place, differs, codings, article.title or "")

    def _itself(
        self, article: ArticleRecord, paragraph: ParagraphRecord, *, has_statements: bool
    ) -> Iterator[DifferingUnit]:
        """The paragraph's state and variables; where there are statements, the state says nothing of its own."""
        said: dict[str, Values] = {}
        for coder, review in paragraph.done.items():
            read = [] if review.is_set_aside else self._of("paragraph")
            labels = ((v, self._reader.of_label(v, review.labels.get(v.name))[0]) for v, _ in read)
            said[coder] = {v.name: label for v, label in labels if label is not None}
        differs = self._differs("paragraph", said.values())
        states = {coder: review.state for coder, review in paragraph.done.items()}
        if STATE in self._wanted and not has_statements and len(set(states.values())) > 1:
            cost = _DIFFERENT_STATE * _spread(list(states.values()), lambda _a, _b: 1.0)
            differs = {STATE: cost, **differs}
        if differs:
            notes = {coder: review.note for coder, review in paragraph.done.items()}
            codings = tuple(
                Coding(coder, {STATE: states[coder], **_plain(values)}, note=notes[coder])
                for coder, values in said.items()
            )
            yield _unit("paragraph", article, paragraph, differs, codings)

    def _statement(self, article: ArticleRecord, paragraph: ParagraphRecord, group: Group) -> Iterator[DifferingUnit]:
        """A statement that at least one coder has."""
        made = {statement.coder: statement for statement in group}
        said: dict[str, Values] = {}
        for coder, statement in made.items():
            read = ((v, self._reader.of_statement(v, statement)[0]) for v, _ in self._of("statement"))
            said[coder] = {v.name: label for v, label in read if label is not None}
        differs = self._differs("statement", said.values())
        if STATEMENT in self._wanted and len(made) < len(paragraph.done):
            have = [coder in made for coder in paragraph.done]
            differs = {STATEMENT: _spread(have, lambda _a, _b: 1.0), **differs}
        if differs:
            codings = tuple(
                _coding(article, made[coder], said[coder]) if coder in made else Coding(coder, None)
                for coder in paragraph.done
            )
            yield _unit("statement", article, paragraph, differs, codings)

    def _of(self, part: str) -> list[tuple[Variable, Measure]]:
        return [(v, m) for v, m in self._measures if m.part == part]

    def _differs(self, part: str, said: Any) -> dict[str, float]:
        """What each variable of a unit costs, if the labels differ."""
        found = {}
        for variable, measure in self._of(part):
            if variable.name in self._wanted:
                labels = [values[variable.name] for values in said if variable.name in values]
                cost = _spread(labels, lambda a, b, v=variable, m=measure: distance(m, v, a, b))  # type: ignore[misc]
                if cost > 0:
                    found[variable.name] = cost
        return found


def _spread(labels: Sequence[Hashable], between: Callable[[Any, Any], float]) -> float:
    """The distances of all pairs of labels over their number less one, as in Krippendorff's observed disagreement."""
    if len(set(labels)) < 2:
        return 0.0
    return sum(between(a, b) for a, b in combinations(labels, 2) if a != b) / (len(labels) - 1)


def _coding(article: ArticleRecord, statement: StatementRecord, values: Values) -> Coding:
    evidence = None
    if statement.evidence_start is not None and statement.evidence_end is not None:
        evidence = (statement.evidence_start, statement.evidence_end)
    return Coding(statement.coder, _plain(values), evidence, article.evidence(statement), statement.note)


def _unit(
    kind: str,
    article: ArticleRecord,
    paragraph: ParagraphRecord,
    differs: Mapping[str, float],
    codings: tuple[Coding, ...],
) -> DifferingUnit:
    place = (article.article_id, article.name, paragraph.position, paragraph.corrected_role)
    return DifferingUnit(sum(differs.values()), kind, *place, differs, codings, article.text(paragraph))


def _plain(values: Values) -> Values:
    """Values as JSON holds them: a set is a sorted list."""
    return {name: sorted(map(str, one)) if isinstance(one, frozenset) else one for name, one in values.items()}
