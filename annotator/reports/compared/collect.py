"""What agreement is computed from: paragraphs, matched statements and their labels, with what was left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from annotator.agreement import Matching, match_statements
from annotator.agreement.data.continua import Continua
from annotator.codebook.model import Codebook, Variable
from annotator.records import ParagraphRecord, StatementRecord
from annotator.reports.compared.measures import CLAIM, N_STATEMENTS, STATE, Measure, Reader, measure_of
from annotator.reports.compared.presence import presence
from annotator.reports.compared.statement_arrays import StatementArrays
from annotator.reports.compared.statement_pairs import Attribute, Pair, PairCounts, StatementPairs
from annotator.reports.compared.tallies import DecidedLabels, Tally
from annotator.reports.compared.units import Units, are_aside
from annotator.store.read import comparison
from annotator.store.read.chosen import Chosen
from annotator.store.read.coding_arrays import STATES, CodingArrays
from annotator.store.read.columns import Ints
from annotator.store.read.label_arrays import paragraph_labels


@dataclass(frozen=True, eq=False)
class Collection:
    """Everything that agreement is computed from, in memory."""

    coders: tuple[str, ...]
    units: Units
    n_outside: dict[str, int]
    """Paragraphs that coders with an assignment finished outside of it, by coder, counted or not."""
    paragraphs: dict[str, Tally]
    """Measures of paragraphs and articles, by name, in the order of the report."""
    present: dict[str, Tally] = field(default_factory=dict)
    """What a coder's statements in a paragraph hold, as a set a paragraph, by variable."""
    pairs: dict[Pair, PairCounts] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    """The labels of statements, by variable."""
    continua: Continua | None = None
    """The evidence in each paragraph, for unitising coefficients; None in a codebook without statements."""
    n_without_evidence: int = 0
    """Statements in units for which no evidence was coded; `continua` leaves out their coders in that paragraph."""

    @property
    def finished_by(self) -> tuple[str, ...]:
        """The coders who finished a paragraph that counts, or labelled an article; all, where nobody did."""
        articles = [tally for tally in self.paragraphs.values() if tally.measure.part == "article"]
        used = {i for tally in articles for i in np.unique(tally.coder).tolist()} | set(self.units.coders_done)
        return tuple(name for i, name in enumerate(self.coders) if i in used) or self.coders


def collect(chosen: Chosen, codebook: Codebook, wanted: frozenset[str]) -> Collection:
    """Compare the coders.

    Args:
        chosen: Whose work, and which part of it.
        codebook: The version in force; its categories and their order are the declared ones.
        wanted: The names of the measures to compute.
    """
    return _Collector(chosen, codebook, wanted).run()


class _Collector:
    def __init__(self, chosen: Chosen, codebook: Codebook, wanted: frozenset[str]) -> None:
        self._chosen = chosen
        self._c = chosen.connection
        self._codebook = codebook
        self._wanted = wanted
        self._reader = Reader(codebook, comparison.merged_names(chosen))
        self._arrays = CodingArrays(chosen)
        self._units = Units(self._arrays, comparison.n_paragraphs(chosen), of_phases=bool(chosen.selection.phases))

    def run(self) -> Collection:
        whole = (self._arrays.coders, self._units, self._arrays.n_outside)
        if not self._codebook.has_statements:
            return Collection(*whole, dict(self._of_paragraphs(None)))
        statements = StatementArrays(self._c, self._arrays, self._units, self._reader)
        pairs = StatementPairs(statements)
        of_statements = self._variables("statement")
        present = {variable.name: presence(statements, variable) for variable, _ in of_statements}
        return Collection(
            *whole,
            dict(self._of_paragraphs(statements.n_of_review)),
            {name: tally for name, tally in present.items() if tally is not None},
            pairs.counts(),
            {variable.name: pairs.attribute(variable, measure) for variable, measure in of_statements},
            statements.continua(),
            statements.n_without_evidence,
        )

    def _variables(self, scope: str) -> list[tuple[Variable, Measure]]:
        found = []
        for variable in self._codebook.variables:
            measure = measure_of(variable)
            if measure is not None and variable.scope == scope and variable.name in self._wanted:
                found.append((variable, measure))
        return found

    def _of_paragraphs(self, n_statements: Ints | None) -> Iterator[tuple[str, Tally]]:
        """Measures of paragraphs and articles, by name; also of how many statements each review has, if it can."""
        if n_statements is not None:
            for measure, tally in self._of_statements(n_statements[self._units.in_units]):
                if measure.name in self._wanted:
                    yield measure.name, tally
        if STATE.name in self._wanted:
            yield STATE.name, self._state()
        for variable, measure in self._variables("paragraph"):
            yield variable.name, self._paragraph(variable, measure)
        for variable, measure in self._variables("article"):
            yield variable.name, self._article(variable, measure)

    def _of_statements(self, n: Ints) -> Iterator[tuple[Measure, Tally]]:
        """Whether a coder has statements in a unit, and how many."""
        chosen, reviews = self._units.in_units, self._arrays.reviews
        where = (self._arrays.coders, reviews.paragraph[chosen], reviews.coder[chosen])
        yield CLAIM, Tally.of_values(CLAIM, *where, (n > 0).astype(np.int64), ("no claim", "claim"))
        numbers = [float(i) for i in range(int(n.max(initial=0)) + 1)]
        yield N_STATEMENTS, Tally.of_values(N_STATEMENTS, *where, n, numbers)

    def _state(self) -> Tally:
        chosen, reviews = self._units.are_judged, self._arrays.reviews
        columns = (reviews.paragraph[chosen], reviews.coder[chosen], reviews.state[chosen])
        return Tally.of_values(STATE, self._arrays.coders, *columns, STATES)

    def _paragraph(self, variable: Variable, measure: Measure) -> Tally:
        labels = paragraph_labels(self._c, variable.name)
        decided = DecidedLabels(self._reader, variable, labels.decisions)
        reviews = self._arrays.reviews
        decision = np.full(reviews.coder.size, -1, np.int64)
        for block in labels.blocks:
            at = self._arrays.find(block.owner, block.coder)
            decision[at[at >= 0]] = block.decision[at >= 0]

        chosen = np.flatnonzero(self._units.in_units)
        return Tally.of_decisions(
            measure,
            self._arrays.coders,
            reviews.paragraph[chosen],
            reviews.coder[chosen],
            decision[chosen],
            decided,
            is_aside=are_aside(reviews)[chosen],
        )

    def _article(self, variable: Variable, measure: Measure) -> Tally:
        labels = list(comparison.article_labels(self._chosen, variable.name))
        decided = DecidedLabels(self._reader, variable, [(label.value, label.origin) for _, _, label in labels])
        articles = {article: i for i, article in enumerate(dict.fromkeys(article for article, _, _ in labels))}
        coders = {name: i for i, name in enumerate(self._arrays.coders)}
        return Tally.of_decisions(
            measure,
            self._arrays.coders,
            np.array([articles[article] for article, _, _ in labels], np.int64),
            np.array([coders[coder] for _, coder, _ in labels], np.int64),
            np.arange(len(labels)),
            decided,
            units=tuple(articles),
        )


def match(paragraph: ParagraphRecord, a: str, b: str) -> Matching:
    """Which statements of two coders in a paragraph are the same."""
    made_a, made_b = paragraph.statements_of(a), paragraph.statements_of(b)
    if not made_a or not made_b:
        return Matching((), tuple(range(len(made_a))), tuple(range(len(made_b))))
    return match_statements(*([_span(paragraph, one) for one in made] for made in (made_a, made_b)))


def _span(paragraph: ParagraphRecord, one: StatementRecord) -> tuple[int, int, frozenset[str]]:
    start = paragraph.start if one.evidence_start is None else one.evidence_start
    end = paragraph.end if one.evidence_end is None else one.evidence_end
    return start, end, frozenset(one.speakers)
