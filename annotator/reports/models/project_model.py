"""A project's model beside its human coders: paragraphs, and statements that humans matched without the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from annotator.agreement import ReliabilityData
from annotator.agreement.data.clusters import Clusters
from annotator.codebook.model import Codebook, Variable
from annotator.errors import UsageError
from annotator.model import ModelRun
from annotator.records import GOLD, ParagraphRecord, Selection, StatementRecord
from annotator.reports.compared.collect import collect, match
from annotator.reports.compared.measures import (
    CLAIM,
    N_STATEMENTS,
    STATE,
    Measure,
    Reader,
    measure_of,
    presence_of,
)
from annotator.reports.compared.tallies import Tally
from annotator.reports.differences.same_statements import Group, same_statements
from annotator.reports.models.model_comparison import ModelComparison, compare_model
from annotator.store import Store
from annotator.store.read import comparison
from annotator.text.terminal_text import one_line

Rows = list[tuple[Hashable, str, Any]]
"""Unit, coder and label."""

_LIKE_NAMES = ("nominal", "ordinal")
"""Levels at which labels are equal or not, those outside an ordinal scale too."""


class ModelRule(NamedTuple):
    """Which model is compared, and how."""

    name: str
    epsilon: float | None = None
    """How much worse than a human it may be; None for the default."""


@dataclass(frozen=True, eq=False)
class ModelMeasure:
    """One measure of the model."""

    measure: Measure
    compared: ModelComparison

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        unit = "matched statement" if self.measure.part == "statement" else self.measure.part
        return {
            "variable": self.measure.name,
            "title": self.measure.title,
            "unit": unit,
            **self.compared.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class ProjectModel:
    """A model beside the human coders, measure by measure."""

    name: str
    run: ModelRun | None
    """What its labels were made with, if that is recorded."""
    measures: tuple[ModelMeasure, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What weakens the figures, each sentence once."""
        return tuple(dict.fromkeys(said for one in self.measures for said in one.compared.warnings))

    def to_dict(self) -> dict[str, Any]:
        """As the key `model` of the JSON holds it: the first measure, and all of them under `measures`."""
        first = self.measures[0].to_dict() if self.measures else {"name": self.name}
        run = None if self.run is None else self.run.model_dump()
        return {**first, "run": run, "measures": [one.to_dict() for one in self.measures]}


def check_model(store: Store, rule: ModelRule, selection: Selection) -> None:
    """Refuse a name that is not a model's, and a selection that would leave the model out.

    Raises:
        UsageError: There is no such model, or the selection names phases, or the model among the humans.
    """
    models = [one.name for one in store.coders() if one.kind == "model"]
    if rule.name not in models:
        known = f"its models are {', '.join(map(one_line, models))}" if models else "it has none"
        raise UsageError(
            f"{one_line(rule.name)} is not a model in this project; {known} (`annotator import FILE --as model`)"
        )
    if selection.phases:
        raise UsageError("--phase does not go with --model, because a model is not assigned to a phase")
    if rule.name in selection.coders:
        raise UsageError("name the human coders alone with --coder, and the model with --model")


def project_model(
    store: Store,
    rule: ModelRule,
    humans: Sequence[str],
    selection: Selection,
    wanted: frozenset[str],
    cluster: str | None = "article",
    *,
    is_chosen: bool = False,
) -> ProjectModel:
    """Compare a model with the human coders of a project.

    Args:
        store: The project.
        rule: The model.
        humans: The human coders.
        selection: Of which articles and roles.
        wanted: Names of the measures.
        cluster: What the intervals keep whole: article, batch, or None for units.
        is_chosen: Whether the measures were asked for by name; without, the state and the number of statements are
            left out.
    """
    chosen = replace(selection, coders=(*humans, rule.name))
    gold = _Gold.read(store, replace(selection, coders=(), layer="gold"), wanted)
    with store.records(chosen, coders="human") as snapshot:
        collected = collect(snapshot.chosen, snapshot.codebook, wanted)
        reader = Reader(snapshot.codebook, comparison.merged_names(snapshot.chosen))
        seen = [one for one in snapshot.paragraphs() if rule.name in one.done and len(one.done) > 1]
        matched = _Matched(snapshot.codebook, reader, rule.name, wanted)
        matched.add(seen)
        run = next((one.model for one in snapshot.everyone if one.name == rule.name), None)

    def clusters_of(part: str, units: Sequence[Hashable]) -> Clusters | None:
        if cluster is None or part == "article":
            return None
        rows = [unit[0] if isinstance(unit, tuple) else unit for unit in units]
        return collected.units.belongings.clusters(cluster, np.array(rows, np.int64))

    def compared(measure: Measure, data: ReliabilityData, found: ReliabilityData | None) -> ModelMeasure | None:
        if rule.name not in data.coders:
            return None
        of = partial(clusters_of, measure.part)
        return ModelMeasure(measure, compare_model(data, rule.name, rule.epsilon, found, of))

    tallies = [
        one
        for one in (*collected.paragraphs.values(), *collected.present.values())
        if is_chosen or one.measure.name not in (STATE.name, N_STATEMENTS.name)
    ]
    found = [compared(one.measure, _data(one), gold.data(one.measure)) for one in tallies]
    found += [compared(measure, data, None) for measure, data in matched.data()]
    return ProjectModel(rule.name, run, tuple(one for one in found if one is not None))


def _data(tally: Tally) -> ReliabilityData:
    """The labels of a tally; equal or not for names, so that those outside an ordinal scale count, too."""
    return tally.with_outside() if tally.measure.level in _LIKE_NAMES else tally.on_scale(tally.measure.scale)


def _labelled(measure: Measure, rows: Rows) -> ReliabilityData:
    if measure.level in _LIKE_NAMES:
        return ReliabilityData.from_labels(rows, "nominal", measure.categories)
    return ReliabilityData.from_labels(rows, measure.level, measure.scale)


class _Gold:
    """Adjudicated labels of paragraphs, by measure."""

    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self._rows = rows

    @classmethod
    def read(cls, store: Store, selection: Selection, wanted: frozenset[str]) -> _Gold:
        """The gold of a project; nothing where there is none."""
        rows: dict[str, Rows] = {}
        with store.records(selection) as snapshot:
            reader = Reader(snapshot.codebook, comparison.merged_names(snapshot.chosen))
            variables = [one for one in snapshot.codebook.variables if one.name in wanted]
            for paragraph in snapshot.paragraphs():
                review = paragraph.done.get(GOLD)
                if review is None or review.is_set_aside:
                    continue
                made = paragraph.statements_of(GOLD)
                rows.setdefault(CLAIM.name, []).append((paragraph.id, GOLD, "claim" if made else "no claim"))
                for variable in variables:
                    name, label = _gold_label(reader, variable, paragraph, made)
                    if label is not None:
                        rows.setdefault(name, []).append((paragraph.id, GOLD, label))
        return cls(rows)

    def data(self, measure: Measure) -> ReliabilityData | None:
        """The gold of a measure of paragraphs, if there is any."""
        rows = self._rows.get(measure.name)
        return None if rows is None or measure.part != "paragraph" else _labelled(measure, rows)


def _gold_label(
    reader: Reader, variable: Variable, paragraph: ParagraphRecord, made: Sequence[StatementRecord]
) -> tuple[str, Any]:
    """The measure that a variable's gold belongs to, and the label."""
    if variable.scope == "paragraph":
        return variable.name, reader.of_label(variable, paragraph.labels.get(GOLD, {}).get(variable.name))[0]
    measure = presence_of(variable)
    if variable.scope != "statement" or measure is None:
        return variable.name, None
    labels = [reader.of_statement(variable, one)[0] for one in made]
    held = [one if isinstance(one, frozenset) else frozenset([one]) for one in labels if one is not None]
    return measure.name, frozenset().union(*held)


class _Matched:
    """Labels of statements that humans have in common, and of the model's statement that matches them."""

    def __init__(self, codebook: Codebook, reader: Reader, model: str, wanted: frozenset[str]) -> None:
        self._reader = reader
        self._model = model
        self._variables = [
            (variable, measure)
            for variable in codebook.variables
            if variable.scope == "statement" and variable.name in wanted
            if (measure := measure_of(variable)) is not None
        ]
        self._rows: dict[str, Rows] = {variable.name: [] for variable, _ in self._variables}

    def add(self, paragraphs: Iterable[ParagraphRecord]) -> None:
        """Take the statements of some paragraphs."""
        for paragraph in paragraphs:
            for n, group in enumerate(self._groups(paragraph)):
                for statement in group:
                    for variable, _ in self._variables:
                        label, reason = self._reader.of_statement(variable, statement)
                        if reason is None:
                            self._rows[variable.name].append(((paragraph.id, n), statement.coder, label))

    def data(self) -> Iterator[tuple[Measure, ReliabilityData]]:
        """The labels of each variable that has any."""
        for variable, measure in self._variables:
            rows = self._rows[variable.name]
            if rows:
                yield measure, _labelled(measure, rows)

    def _groups(self, paragraph: ParagraphRecord) -> Iterator[Group]:
        """Statements that humans matched without the model, each with the model's where one matches."""
        humans = paragraph._replace(
            reviews=[one for one in paragraph.reviews if one.coder != self._model],
            by_coder={coder: made for coder, made in paragraph.by_coder.items() if coder != self._model},
        )
        made = paragraph.statements_of(self._model)
        groups = same_statements(humans)
        votes = _votes(paragraph, groups, self._model)
        for group, place in zip(groups, _assigned(votes, len(groups)), strict=True):
            if place is not None:
                yield (*group, made[place])


def _votes(paragraph: ParagraphRecord, groups: Sequence[Group], model: str) -> Counter[tuple[int, int]]:
    """How many humans of each group match each statement of the model."""
    group_of = {one.statement_id: n for n, group in enumerate(groups) for one in group}
    votes: Counter[tuple[int, int]] = Counter()
    for coder in paragraph.done:
        if coder != model:
            made = paragraph.statements_of(coder)
            for i, j in match(paragraph, coder, model).pairs:
                votes[group_of[made[i].statement_id], j] += 1
    return votes


def _assigned(votes: Counter[tuple[int, int]], n: int) -> list[int | None]:
    """One statement of the model for each group at most, and each statement once; most votes first."""
    found: list[int | None] = [None] * n
    used: set[int] = set()
    for (group, place), _ in sorted(votes.items(), key=lambda one: (-one[1], one[0])):
        if found[group] is None and place not in used:
            found[group] = place
            used.add(place)
    return found
