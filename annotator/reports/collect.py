"""One pass over the codings: paragraphs, matched statements and their labels, each with what was left out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

from annotator.agreement import Continuum, MatchedParagraph, Matching, match_statements, merge_overlaps
from annotator.codebook.model import Codebook, Variable
from annotator.reports.measures import (
    ASIDE as ASIDE_LABEL,
)
from annotator.reports.measures import (
    CLAIM,
    N_STATEMENTS,
    STATE,
    Measure,
    Reader,
    Tally,
    measure_of,
    presence_of,
)
from annotator.store.read.codings import CodedParagraph, CodedStatement, Codings, SeenParagraph

Pair = tuple[str, str]

ALONE = "one coder alone is done with it"
OPEN = "seen, and nobody is done with it"
UNSEEN = "nobody has seen it"
ASIDE = "furniture or a duplicate for everyone who is done with it"

UNIT_RULE = (
    "A unit is a paragraph that two coders or more are done with; open and unseen paragraphs are not. Where everyone "
    "set a paragraph aside as furniture or a duplicate, it is no unit, except for the state itself; where one set it "
    "aside and another did not, the one has no statement there."
)
"""The rule in words; every report prints it."""


class Group(NamedTuple):
    """What a paragraph belongs to when agreement is looked at in parts."""

    article: str
    batch: str | None
    week: str
    place: str
    """Article id and position: the paragraph as every project knows it."""


@dataclass
class PairCounts:
    """Which statements two coders have, over the paragraphs that both are done with."""

    matched: int = 0
    only_a: int = 0
    only_b: int = 0
    neither: int = 0
    """Paragraphs in which neither has a statement."""
    per_paragraph: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    """How many paragraphs have so many matched, only A, only B."""

    def add(self, matching: Matching) -> None:
        """Count one paragraph."""
        counts = (len(matching.pairs), len(matching.only_a), len(matching.only_b))
        self.matched += counts[0]
        self.only_a += counts[1]
        self.only_b += counts[2]
        self.neither += not any(counts)
        self.per_paragraph[counts] += 1


@dataclass
class Collection:
    """Everything that agreement is computed from, in memory."""

    coders: tuple[str, ...]
    n_paragraphs: int
    n_seen: int = 0
    n_shared: int = 0
    """Paragraphs that two coders or more are done with."""
    n_units: int = 0
    """Those of them that are units."""
    left_out: Counter[str] = field(default_factory=Counter)
    """Paragraphs that are no units, by reason."""
    open_for: Counter[str] = field(default_factory=Counter)
    """Paragraphs that a coder has seen and is not done with, by coder."""
    groups: dict[int, Group] = field(default_factory=dict)
    paragraphs: dict[str, Tally] = field(default_factory=dict)
    """Measures of paragraphs and articles, by name, in the order of the report."""
    present: dict[str, Tally] = field(default_factory=dict)
    """What a coder's statements in a paragraph hold, as a set a paragraph, by variable."""
    pairs: dict[Pair, PairCounts] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    """The labels of statements, by variable."""
    continua: list[Continuum] = field(default_factory=list)
    """The evidence in each paragraph, for unitising coefficients."""


@dataclass
class Attribute:
    """The labels of one variable of statements, in matched paragraphs, for all pairs of coders."""

    tally: Tally
    """Of the labels of matched statements; its rows stay empty."""
    paragraphs: list[MatchedParagraph] = field(default_factory=list)


def collect(codings: Codings, codebook: Codebook, wanted: frozenset[str]) -> Collection:
    """Compare the coders in one pass.

    Args:
        codings: The chosen coders' work.
        codebook: The version in force; its categories and their order are the declared ones.
        wanted: The names of the measures to compute.
    """
    return _Pass(codings, codebook, wanted).run()


class _Pass:
    def __init__(self, codings: Codings, codebook: Codebook, wanted: frozenset[str]) -> None:
        self._codings = codings
        self._codebook = codebook
        self._reader = Reader(codebook, codings.merged_names)
        self._found = Collection(codings.coders, codings.n_paragraphs())
        self._has_statements = codebook.has_statements
        built_in = [CLAIM, N_STATEMENTS, STATE] if self._has_statements else [STATE]
        for measure in built_in:
            if measure.name in wanted:
                self._found.paragraphs[measure.name] = Tally(measure)
        self._of_paragraphs = self._variables("paragraph", wanted)
        self._of_articles = self._variables("article", wanted)
        self._of_statements = self._variables("statement", wanted)
        for variable, measure in [*self._of_paragraphs, *self._of_articles]:
            self._found.paragraphs[variable.name] = Tally(measure)
        for variable, measure in self._of_statements:
            self._found.attributes[variable.name] = Attribute(Tally(measure))
            presence = presence_of(variable)
            if presence is not None:
                self._found.present[variable.name] = Tally(presence)

    def run(self) -> Collection:
        found = self._found
        for pair in combinations(found.coders, 2):
            found.pairs[pair] = PairCounts()
        for seen in self._codings.paragraphs():
            self._paragraph(seen)
        self._articles()
        unseen = max(found.n_paragraphs - found.n_seen, 0)
        if unseen:
            found.left_out[UNSEEN] = unseen
        return found

    def _variables(self, scope: str, wanted: frozenset[str]) -> list[tuple[Variable, Measure]]:
        found = []
        for variable in self._codebook.variables:
            measure = measure_of(variable)
            if measure is not None and variable.scope == scope and variable.name in wanted:
                found.append((variable, measure))
        return found

    def _paragraph(self, seen: SeenParagraph) -> None:
        found = self._found
        found.n_seen += 1
        for coder, coding in seen.codings.items():
            if not coding.is_done:
                found.open_for[coder] += 1
        done = seen.done
        if len(done) < 2:
            found.left_out[ALONE if done else OPEN] += 1
            return
        found.n_shared += 1
        found.groups[seen.paragraph] = Group(
            seen.article_name, seen.batch, seen.week, f"{seen.article_id}:{seen.position}"
        )
        if STATE.name in found.paragraphs:
            for coder, coding in done.items():
                found.paragraphs[STATE.name].add(seen.paragraph, coder, coding.state)
        if all(coding.is_set_aside for coding in done.values()):
            found.left_out[ASIDE] += 1
            return
        found.n_units += 1
        for coding in done.values():
            self._unit(seen, coding)
        if self._has_statements:
            self._statements(seen, done)

    def _unit(self, seen: SeenParagraph, coding: CodedParagraph) -> None:
        """One coder's labels of a paragraph."""
        tallies, n = self._found.paragraphs, len(coding.statements)
        if CLAIM.name in tallies:
            tallies[CLAIM.name].add(seen.paragraph, coding.coder, "claim" if n else "no claim")
        if N_STATEMENTS.name in tallies:
            tallies[N_STATEMENTS.name].add(seen.paragraph, coding.coder, float(n))
        for variable, _ in self._of_paragraphs:
            self._count(tallies[variable.name], seen.paragraph, coding, variable)
        for name, tally in self._found.present.items():
            variable = self._variable(name)
            tally.add(seen.paragraph, coding.coder, self._reader.present(variable, coding))

    def _count(self, tally: Tally, unit: int, coding: CodedParagraph, variable: Variable) -> None:
        decision = coding.labels.get(variable.name)
        label, reason = self._reader.label(variable, decision)
        if coding.is_set_aside:
            reason = ASIDE_LABEL
        if reason is not None:
            tally.left_out[reason] += 1
        else:
            tally.add(unit, coding.coder, label, decision.origin if decision else "coder")

    def _articles(self) -> None:
        variables = {variable.name: variable for variable, _ in self._of_articles}
        for one in self._codings.article_labels():
            variable = variables.get(one.variable)
            if variable is None:
                continue
            tally = self._found.paragraphs[one.variable]
            label, reason = self._reader.label(variable, one.decision)
            if reason is not None:
                tally.left_out[reason] += 1
            else:
                tally.add(one.article_id, one.coder, label, one.decision.origin)

    def _statements(self, seen: SeenParagraph, done: dict[str, CodedParagraph]) -> None:
        """Match the statements of every pair of coders."""
        found = self._found
        if any(coding.statements for coding in done.values()):
            found.continua.append(continuum(seen, done))
        elif len(done) > 1:
            found.continua.append(Continuum(seen.end - seen.start, dict.fromkeys(done, ())))
        for a, b in combinations(done.values(), 2):
            if a.is_set_aside and b.is_set_aside:
                continue
            matching = match(seen, a, b)
            found.pairs[a.coder, b.coder].add(matching)
            if a.statements or b.statements:
                self._attributes(seen, a, b, matching)

    def _attributes(self, seen: SeenParagraph, a: CodedParagraph, b: CodedParagraph, matching: Matching) -> None:
        matched = ({i for i, _ in matching.pairs}, {j for _, j in matching.pairs})
        for variable, _ in self._of_statements:
            attribute = self._found.attributes[variable.name]
            labels: list[list[Any]] = []
            for coding, inside in zip((a, b), matched, strict=True):
                labels.append(
                    [self._label(attribute.tally, variable, s, i in inside) for i, s in enumerate(coding.statements)]
                )
            attribute.paragraphs.append(
                MatchedParagraph(seen.paragraph, (a.coder, b.coder), matching, labels[0], labels[1])
            )

    def _label(self, tally: Tally, variable: Variable, statement: CodedStatement, is_matched: bool) -> Any:
        """A statement's label on the scale; what is left out is counted once for each pair, in matched statements."""
        decision = self._reader.decision(variable, statement)
        label, reason = self._reader.label(variable, decision)
        if not is_matched:
            return label
        if reason is not None:
            tally.left_out[reason] += 1
        else:
            tally.origins[decision.origin if decision else "coder"] += 1
        return label

    def _variable(self, name: str) -> Variable:
        variable = self._codebook.variable(name)
        assert variable is not None  # noqa: S101 (the tallies are made from the codebook's variables)
        return variable


def match(seen: SeenParagraph, a: CodedParagraph, b: CodedParagraph) -> Matching:
    """Which statements of two coders in a paragraph are the same."""
    if not a.statements or not b.statements:
        return Matching((), tuple(range(len(a.statements))), tuple(range(len(b.statements))))
    return match_statements(*([_span(seen, s) for s in coding.statements] for coding in (a, b)))


def continuum(seen: SeenParagraph, done: dict[str, CodedParagraph]) -> Continuum:
    """The characters of a paragraph that each coder's evidence covers; evidence that overlaps is one stretch."""
    spans: dict[Hashable, Sequence[tuple[int, int, Hashable]]] = {}
    for coder, coding in done.items():
        inside = [_inside(seen, statement) for statement in coding.statements]
        spans[coder] = merge_overlaps([(start, end, "evidence") for start, end in inside if start < end])
    return Continuum(seen.end - seen.start, spans)


def _span(seen: SeenParagraph, statement: CodedStatement) -> tuple[int, int, frozenset[str]]:
    start = seen.start if statement.start is None else statement.start
    end = seen.end if statement.end is None else statement.end
    return start, end, frozenset(statement.speakers)


def _inside(seen: SeenParagraph, statement: CodedStatement) -> tuple[int, int]:
    """Evidence within its paragraph, counted from the paragraph's start; without evidence, all of it."""
    start, end, _ = _span(seen, statement)
    return max(start, seen.start) - seen.start, min(end, seen.end) - seen.start
