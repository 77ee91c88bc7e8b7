"""Coders in training against gold: agreement by variable, category and article, round by round."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from annotator.agreement import Coefficient, ReliabilityData, alpha_interval, statement_f1
from annotator.agreement.criterion import Confusion, confusions, members, share_equal
from annotator.agreement.data.clusters import Clusters
from annotator.agreement.model_scores import CategoryScore, category_scores
from annotator.agreement.report import plain as as_json
from annotator.codebook.model import Codebook, Variable
from annotator.records import GOLD, ParagraphRecord, ReviewRecord, Selection
from annotator.reports.compared.collect import match
from annotator.reports.compared.measures import CLAIM, STATE, Measure, Reader, measure_of
from annotator.reports.words.number_text import decimal
from annotator.store import Store
from annotator.store.changes.assignment_plan import AssignmentPlan, Given
from annotator.store.read import comparison
from annotator.text.counted import counted

_STATEMENTS = "which statements exist"


@dataclass(frozen=True, eq=False)
class Score:
    """One variable of one coder against gold."""

    measure: Measure
    alpha: Coefficient
    """Krippendorff's α of the coder and gold."""
    share: float | None
    """The share of units on which the coder has gold's label; a missing label is a difference."""
    n: int
    """Units of which gold has a label."""
    n_without: int
    """Those of which the coder has none."""
    categories: tuple[CategoryScore, ...]
    confusions: tuple[Confusion, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "variable": self.measure.name,
            "title": self.measure.title,
            "level": self.measure.level,
            "n_units": self.n,
            "n_without_label": self.n_without,
            "share_as_gold": self.share,
            "krippendorff_alpha": self.alpha.to_dict(),
            "categories": [_category(one) for one in self.categories],
            "confusions": [
                {"gold": as_json(one.criterion), "coder": as_json(one.coder), "n": one.n} for one in self.confusions
            ],
        }


@dataclass(frozen=True)
class ArticleScore:
    """One article of a coder: which statements were found, and how many labels are gold's."""

    article: str
    batch: str
    n_paragraphs: int
    f1: float | None
    share: float | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return dict(vars(self))


@dataclass(frozen=True, eq=False)
class Round:
    """What a coder was given at once: a batch of a phase.

    Attributes:
        phase: The phase.
        batch: The batch.
        n_given: Paragraphs that the coder was given.
        n_done: Those that the coder is done with.
        n_compared: Those of them that have gold.
        f1: F1 of the coder's statements and gold's; None in a codebook without statements.
        counts: Statements that both have, that the coder alone has, and that gold alone has.
        scores: By variable, what is built in first.
        articles: The articles in the coder's order.
    """

    phase: str
    batch: str
    n_given: int
    n_done: int
    n_compared: int
    f1: Coefficient | None
    counts: tuple[int, int, int]
    scores: tuple[Score, ...]
    articles: tuple[ArticleScore, ...]

    def below(self, mark: float) -> list[str]:
        """Why the round is not passed, in words; empty if it is.

        F1 of the statements and α of every variable of the codebook must reach the mark, once all is coded; so must the
        share of gold's labels to which the coder has any. An α that is undefined tests nothing.
        """
        reasons = []
        if self.n_done < self.n_given:
            reasons.append(f"{counted(self.n_given - self.n_done, 'paragraph')} left")
        if not self.n_compared:
            return [*reasons, "no paragraph with gold was coded"]
        figures = [(_STATEMENTS, "F1", self.f1.value if self.f1 else None)]
        figures += [(one.measure.title, "α", one.alpha.value) for one in self.scores if one.measure.variable]
        reasons += [
            f"{title} {name} = {decimal(value)}" for title, name, value in figures if value is not None and value < mark
        ]
        lacking = (one for one in self.scores if one.measure.variable and one.n - one.n_without < mark * one.n)
        return [*reasons, *(f"{one.measure.title}: {one.n_without} of {one.n} without a label" for one in lacking)]

    @property
    def untested(self) -> tuple[str, ...]:
        """The variables whose α is undefined, because only one category occurred."""
        return tuple(one.measure.title for one in self.scores if one.measure.variable and one.alpha.value is None)

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        matched, only_coder, only_gold = self.counts
        return {
            "phase": self.phase,
            "batch": self.batch,
            "n_given": self.n_given,
            "n_done": self.n_done,
            "n_compared": self.n_compared,
            "statements": None
            if self.f1 is None
            else {
                "matched": matched,
                "only_coder": only_coder,
                "only_gold": only_gold,
                "f1": self.f1.value,
                "precision": matched / (matched + only_coder) if matched + only_coder else None,
                "recall": matched / (matched + only_gold) if matched + only_gold else None,
            },
            "variables": [one.to_dict() for one in self.scores],
            "articles": [one.to_dict() for one in self.articles],
        }


@dataclass(frozen=True, eq=False)
class Trainee:
    """A coder in training, with the rounds in their order."""

    coder: str
    rounds: tuple[Round, ...]

    @property
    def last(self) -> Round:
        """The round that says whether the coder passes."""
        return self.rounds[-1]

    def to_dict(self, mark: float | None = None) -> dict[str, Any]:
        """As JSON holds it."""
        said = {} if mark is None else {"pass_mark": mark, "passed": not self.last.below(mark)}
        return {"rounds": [one.to_dict() for one in self.rounds], **said}


def training_report(store: Store, coders: Sequence[str] = ()) -> tuple[Trainee, ...]:
    """Compare the coders of phases with feedback with gold.

    Args:
        store: The project.
        coders: Only these; all by default.
    """
    plan = AssignmentPlan(store)
    phases = tuple(plan.feedback())
    given = [one for one in plan.given() if one.phase in phases and (not coders or one.coder in coders)]
    if not given:
        return ()
    articles = tuple(dict.fromkeys(one.article_id for one in given))
    with store.records(Selection(articles=articles, phases=phases), coders="human") as snapshot:
        codebook, merged = snapshot.codebook, comparison.merged_names(snapshot.chosen)
        done = {(one.article_id, one.position): one for one in snapshot.paragraphs()}
    with store.records(Selection(articles=articles, layer="gold")) as snapshot:
        gold = {(one.article_id, one.position): one for one in snapshot.paragraphs() if one.reviews}
    rounds: dict[str, dict[tuple[str, str], list[Given]]] = {}
    for one in given:
        rounds.setdefault(one.coder, {}).setdefault((one.phase, one.batch), []).append(one)
    compare = _Comparison(codebook, Reader(codebook, merged), done, gold)
    return tuple(
        Trainee(coder, tuple(compare.round(coder, *key, assigned) for key, assigned in batches.items()))
        for coder, batches in rounds.items()
    )


@dataclass
class _Labels:
    """Labels of one variable: the unit, its article, the coder's label and gold's."""

    measure: Measure
    rows: list[tuple[Hashable, str, Any, Any]] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        return [row[2:] for row in self.rows]

    def score(self) -> Score:
        measure, pairs = self.measure, self.pairs
        return Score(
            measure,
            self._alpha(),
            share_equal(pairs),
            len(pairs),
            sum(own is None for own, _ in pairs),
            self._categories() if measure.level in ("nominal", "ordinal", "set") else (),
            confusions(pairs),
        )

    def _categories(self) -> tuple[CategoryScore, ...]:
        """The categories that either uses; intervals keep articles whole."""
        both = [(members(own), members(right)) for own, right in self.pairs]
        used = frozenset().union(*(labels for pair in both for labels in pair))
        names = [name for name in self.measure.categories or sorted(used, key=str) if name in used]
        own, right = (np.array([[name in pair[i] for pair in both] for name in names], bool) for i in (0, 1))
        if not names:
            return ()
        return category_scores(right, own, names, Clusters.of([row[1] for row in self.rows], "article"))

    def _alpha(self) -> Coefficient:
        """α where both have a label on the scale; articles are kept whole by its interval."""
        outside = self.measure.outside
        rows = [row for row in self.rows if row[2] is not None and not {row[2], row[3]} & outside]
        stand_in: tuple[Hashable, ...] = (frozenset(),) if self.measure.level == "set" else (0.0,)
        categories = self.measure.scale or (None if rows else stand_in)
        labels = [
            (unit, who, label) for unit, _, *both in rows for who, label in zip(("coder", GOLD), both, strict=True)
        ]
        data = ReliabilityData.from_labels(labels, self.measure.level, categories)
        article = {row[0]: row[1] for row in rows}
        return alpha_interval(data, clusters=[article[unit] for unit in data.units])


class _Comparison:
    """Everything that is compared, by article and position."""

    def __init__(
        self,
        codebook: Codebook,
        reader: Reader,
        done: Mapping[tuple[str, int], ParagraphRecord],
        gold: Mapping[tuple[str, int], ParagraphRecord],
    ) -> None:
        self._codebook = codebook
        self._reader = reader
        self._done = done
        self._gold = gold
        measures = [(variable, measure_of(variable)) for variable in codebook.variables if variable.enabled]
        self._variables = [(variable, measure) for variable, measure in measures if measure is not None]

    def round(self, coder: str, phase: str, batch: str, given: Sequence[Given]) -> Round:
        """One coder's round."""
        built_in = (CLAIM, STATE) if self._codebook.has_statements else (STATE,)
        labels = {measure.name: _Labels(measure) for measure in built_in}
        labels |= {v.name: _Labels(measure) for v, measure in self._variables if measure.part != "article"}
        n_done = n_compared = 0
        sums = [0, 0, 0]
        articles: dict[str, _Article] = {}
        for place in ((one, position) for one in given for position in range(one.first, one.last + 1)):
            key = (place[0].article_id, place[1])
            own = self._done.get(key)
            if own is None or coder not in own.done:
                continue
            n_done += 1
            gold = self._gold.get(key)
            if gold is None:
                continue
            n_compared += 1
            article = articles.setdefault(place[0].article_id, _Article(place[0].article))
            before = {name: len(one.rows) for name, one in labels.items()}
            counts = self._add(labels, own, gold, coder)
            sums = [a + b for a, b in zip(sums, counts, strict=True)]
            new = (one.pairs[before[name] :] for name, one in labels.items() if one.measure.variable)
            article.add(counts, [pair for pairs in new for pair in pairs])
        return Round(
            phase,
            batch,
            sum(one.last - one.first + 1 for one in given),
            n_done,
            n_compared,
            statement_f1(*sums) if self._codebook.has_statements else None,
            (sums[0], sums[1], sums[2]),
            tuple(one.score() for one in labels.values() if one.rows),
            tuple(one.score(batch) for one in articles.values()),
        )

    def _add(
        self, labels: dict[str, _Labels], own: ParagraphRecord, gold: ParagraphRecord, coder: str
    ) -> tuple[int, int, int]:
        """Add the labels of a paragraph; statements that both have, that the coder alone has, that gold alone has."""
        unit, article = own.id, own.article_id
        mine, right = own.done[coder], gold.done[GOLD]
        labels[STATE.name].rows.append((unit, article, mine.state, right.state))
        for variable, measure in self._variables:
            if measure.part == "paragraph":
                self._add_label(labels[variable.name], unit, article, self._of_unit(variable, mine, right))
        if not self._codebook.has_statements:
            return 0, 0, 0
        theirs, made = gold.statements_of(GOLD), own.statements_of(coder)
        says = ["claim" if statements else "no claim" for statements in (made, theirs)]
        labels[CLAIM.name].rows.append((unit, article, says[0], says[1]))
        found = match(own._replace(by_coder={coder: made, GOLD: theirs}), coder, GOLD)
        for variable, measure in self._variables:
            for i, j in found.pairs if measure.part == "statement" else ():
                both = (self._reader.of_statement(variable, one)[0] for one in (made[i], theirs[j]))
                self._add_label(labels[variable.name], (unit, i), article, both)
        return len(found.pairs), len(found.only_a), len(found.only_b)

    def _of_unit(self, variable: Variable, mine: ReviewRecord, right: ReviewRecord) -> Iterator[Any]:
        return (self._reader.of_label(variable, one.labels.get(variable.name))[0] for one in (mine, right))

    @staticmethod
    def _add_label(into: _Labels, unit: Hashable, article: str, both: Iterator[Any]) -> None:
        """Add a unit of which gold has a label."""
        own, right = both
        if right is not None:
            into.rows.append((unit, article, own, right))


class _Article:
    """What an article adds up to."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._n = 0
        self._sums = [0, 0, 0]
        self._pairs: list[tuple[Any, Any]] = []

    def add(self, counts: tuple[int, int, int], pairs: Sequence[tuple[Any, Any]]) -> None:
        self._n += 1
        self._sums = [a + b for a, b in zip(self._sums, counts, strict=True)]
        self._pairs += pairs

    def score(self, batch: str) -> ArticleScore:
        return ArticleScore(self._name, batch, self._n, statement_f1(*self._sums).value, share_equal(self._pairs))


def _category(one: CategoryScore) -> dict[str, Any]:
    """As JSON holds it: the reference is gold, and the coder stands in the place of a model."""
    found = one.to_dict()
    counts = {"n_gold": found.pop("n_reference"), "n_coder": found.pop("n_model")}
    return {"category": as_json(one.category), **counts, **found}
