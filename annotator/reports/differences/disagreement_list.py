"""Every unit on which coders differ: all codings of it, its text, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from annotator.errors import UsageError
from annotator.records import ArticleRecord, ParagraphRecord, Selection
from annotator.reports.codebook_rules import rules_for
from annotator.reports.differences.disagreements import STATE, STATEMENT, Viewer, distance
from annotator.reports.differences.unit_codings import CodedUnit, Coding, UnitCodings, plain_value, words
from annotator.store import Store
from annotator.text.terminal_text import one_line

Progress = Callable[[str, int, int], None]

_DIFFERENT_STATE = 0.5


class ShownCoding(NamedTuple):
    """What one coder said of a unit, without the records behind it."""

    coder: str
    values: Mapping[str, Any] | None
    """By variable, as JSON holds them; None if the coder has no such statement."""
    evidence: tuple[int, int] | None
    """Start and end in the article."""
    words: str | None
    """The words of the evidence."""
    note: str | None
    guessed: frozenset[str] = frozenset()
    """The variables whose label was guessed from the text and left so."""


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
    codings: tuple[ShownCoding, ...]
    """Of all coders who are done with it, by name."""
    text: str
    """The paragraph's, or the article's title."""
    rules: tuple[str, ...] = ()
    """What the codebook says to tell the categories in question apart."""


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
        codings = UnitCodings(snapshot, variables)
        costs = _Costs(codings, variables)
        of_articles = codings.articles()
        for article, paragraphs in snapshot.walk():
            itself = of_articles.get(article.article_id)
            if itself is not None and viewer.sees_article([one.coder for one in itself.codings]):
                found += _differing(article, None, [(itself, costs.of(itself))], costs.rules)
            for paragraph in paragraphs:
                if len(paragraph.done) > 1 and viewer.sees(paragraph):
                    n_compared += 1
                    units = codings.paragraph(paragraph)
                    priced = [(unit, costs.of(unit, has_statements=len(units) > 1)) for unit in units]
                    found += _differing(article, paragraph, priced, costs.rules)
    found.sort(key=lambda one: -round(one.cost, 9))
    return DifferingUnits(tuple(found), n_compared, viewer.n_not_done, viewer.n_blind)


class _Costs:
    """Says what each variable of a unit costs."""

    def __init__(self, codings: UnitCodings, wanted: Sequence[str]) -> None:
        self._codings = codings
        built_in = (STATEMENT, STATE) if codings.has_statements else (STATE,)
        known = (*built_in, *(v.name for v, _ in codings.measures))
        for name in wanted:
            if name not in known:
                raise UsageError(f"{one_line(name)} is not compared; what is: {', '.join(map(one_line, known))}")
        self._wanted = frozenset(wanted or known)
        self._rules: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def of(self, unit: CodedUnit, *, has_statements: bool = False) -> dict[str, float]:
        """The variables in which the codings differ; where there are statements, the state says nothing of its own."""
        found = {}
        if unit.kind == "statement" and STATEMENT in self._wanted:
            found[STATEMENT] = _spread([one.values is None for one in unit.codings])
        if unit.kind == "paragraph" and STATE in self._wanted and not has_statements:
            states = [one.values[STATE] for one in unit.codings if one.values is not None]
            found[STATE] = _DIFFERENT_STATE * _spread(states)
        for variable, measure in self._codings.of(unit.kind):
            if variable.name in self._wanted:
                values = (one.values for one in unit.codings if one.values is not None)
                labels = [one[variable.name] for one in values if variable.name in one]
                between = lambda a, b, v=variable, m=measure: distance(m, v, a, b)  # noqa: E731 (bound to this variable)
                found[variable.name] = _spread(labels, between)
        return {name: cost for name, cost in found.items() if cost > 0}

    def rules(self, unit: CodedUnit, differs: Mapping[str, float]) -> tuple[str, ...]:
        """The codebook's rules for the categories that were confused."""
        found: dict[str, None] = {}
        for variable, measure in self._codings.of(unit.kind):
            if variable.name in differs and measure.level in ("nominal", "ordinal"):
                values = (one.values for one in unit.codings if one.values is not None)
                labels = dict.fromkeys(str(one[variable.name]) for one in values if variable.name in one)
                for a, b in combinations(sorted(labels), 2):
                    key = (variable.name, a, b)
                    if key not in self._rules:
                        self._rules[key] = rules_for(variable, a, b)
                    found |= dict.fromkeys(self._rules[key])
        return tuple(found)


def _spread(labels: Sequence[Hashable], between: Callable[[Any, Any], float] = lambda _a, _b: 1.0) -> float:
    """The distances of all pairs of labels over their number less one, as in Krippendorff's observed disagreement."""
    if len(set(labels)) < 2:
        return 0.0
    return sum(between(a, b) for a, b in combinations(labels, 2) if a != b) / (len(labels) - 1)


def _differing(
    article: ArticleRecord,
    paragraph: ParagraphRecord | None,
    priced: Sequence[tuple[CodedUnit, dict[str, float]]],
    rules: Callable[[CodedUnit, Mapping[str, float]], tuple[str, ...]],
) -> Iterator[DifferingUnit]:
    """The units that cost something."""
    if paragraph is None:
        where, text = (article.article_id, article.name, None, None), article.title or ""
    else:
        where = (article.article_id, article.name, paragraph.position, paragraph.corrected_role)  # type: ignore[assignment]
        text = article.text(paragraph)
    for unit, differs in priced:
        if differs:
            shown = tuple(_shown(article, coding) for coding in unit.codings)
            yield DifferingUnit(sum(differs.values()), unit.kind, *where, differs, shown, text, rules(unit, differs))


def _shown(article: ArticleRecord, one: Coding) -> ShownCoding:
    values = None if one.values is None else {name: plain_value(value) for name, value in one.values.items()}
    return ShownCoding(one.coder, values, one.evidence, words(article, one), one.note, one.guessed)
