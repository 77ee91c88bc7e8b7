"""A project's agreement on three levels: paragraphs, which statements exist, and what is said of those that match."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, TypeVar, cast

import numpy as np

from annotator import __version__
from annotator.agreement import (
    Coefficient,
    ReliabilityData,
    VariableReport,
    alpha_interval,
    alpha_with_unmatched,
    attribute_data,
    coincidence_matrix,
    variable_report,
)
from annotator.agreement.data.clusters import Clusters, plural_of
from annotator.agreement.data.pair_tables import pair_tables
from annotator.agreement.data.pattern_data import Counted, counts_of_clusters
from annotator.agreement.diagnostics import FEW_CLUSTERS, GroupAlpha, alpha_by_group
from annotator.agreement.report import plain as as_json
from annotator.codebook.model import Codebook
from annotator.records import Selection
from annotator.reports.compared.collect import Collection, collect
from annotator.reports.compared.measures import Measure, chosen_variables
from annotator.reports.compared.presence import CategoryPresence, category_presence
from annotator.reports.compared.statement_pairs import Attribute
from annotator.reports.compared.tallies import Tally
from annotator.reports.compared.units import UNIT_RULE, Belongings
from annotator.reports.hierarchy import LevelAgreement, level_agreements
from annotator.reports.models.project_model import ProjectModel
from annotator.reports.next_steps.steps import NextSteps, next_steps
from annotator.reports.sections import Progress, Sections
from annotator.reports.statements.existence import Existence, existence
from annotator.reports.words.study_words import training_name
from annotator.store import Store
from annotator.store.read import comparison
from annotator.store.read.study_record import StudyRecord, study_record
from annotator.store.tables.removed_articles import n_removed
from annotator.text.counted import counted

Compared = TypeVar("Compared", Tally, Attribute)
Made = TypeVar("Made")

_MOST_CATEGORIES = 30
_MOST_GROUPS = 60
MANY_GUESSES = 0.2
"""From this share of guessed labels on, readers are warned before they rely on the figures."""


@dataclass(frozen=True)
class Intervals:
    """How the intervals are made."""

    n_samples: int | None = None
    """Bootstrap α with so many samples; without it, the jackknife."""
    seed: int = 0
    method: str = "percentile"
    """percentile or bca."""
    cluster: str | None = "article"
    """What is deleted or drawn whole: article, batch, or None for units. Of a file, its own column says so."""


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """How often two categories were given to the same unit: by each of two coders, or by any two of several."""

    rows: str
    columns: str
    categories: tuple[Hashable, ...]
    cells: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, data: Counted) -> ConfusionMatrix | None:
        """Units by the first coder's category (row) and the second's; of more coders Krippendorff's coincidences.

        None for sets, and where there are too many categories to look at.
        """
        if data.level == "set" or not 2 <= len(data.categories) <= _MOST_CATEGORIES or len(data.coders) < 2:
            return None
        rows = columns = "any coder"
        cells = coincidence_matrix(data)
        if len(data.coders) == 2:
            rows, columns = str(data.coders[0]), str(data.coders[1])
            found = (pair_tables(data) if isinstance(data, ReliabilityData) else data.tables).tables
            cells = found[0].dense().astype(float) if found else cells
        return cls(rows, columns, data.categories, tuple(tuple(row) for row in cells.tolist()))

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "rows": self.rows,
            "columns": self.columns,
            "categories": [as_json(category) for category in self.categories],
            "cells": [list(row) for row in self.cells],
        }


@dataclass(frozen=True, eq=False)
class MeasureReport:
    """One measure's agreement, with what stands beside it and what was left out."""

    measure: Measure
    report: VariableReport
    beside: dict[str, Coefficient] = field(default_factory=dict)
    """Other readings of the same labels, by name."""
    origins: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    weeks: tuple[GroupAlpha, ...] = ()
    batches: tuple[GroupAlpha, ...] = ()
    confusion: ConfusionMatrix | None = None
    data: ReliabilityData | None = None
    """The labels that count."""
    belongings: Belongings | None = None
    """What the paragraphs belong to."""
    levels: tuple[LevelAgreement, ...] = ()
    """The same at each level of the categories' hierarchy, if they have one."""

    @property
    def places(self) -> dict[Hashable, str]:
        """Paragraphs as every project knows them: article id and position."""
        return {} if self.belongings is None else self.belongings.places

    @property
    def origins_total(self) -> int:
        """How many labels count."""
        return sum(self.origins.values())

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "variable": self.measure.name,
            "title": self.measure.title,
            "unit": "matched statement" if self.measure.part == "statement" else self.measure.part,
            **self.report.to_dict(),
            "beside": {name: one.to_dict() for name, one in self.beside.items()},
            "origins": self.origins,
            "left_out": self.left_out,
            "by_week": [_group(one) for one in self.weeks],
            "by_batch": [_group(one) for one in self.batches],
            "by_level": [one.to_dict() for one in self.levels],
            "confusion_matrix": None if self.confusion is None else self.confusion.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class PresenceReport:
    """The categories of a variable that the statements of a paragraph hold: as a set, and one by one."""

    whole: MeasureReport
    categories: tuple[CategoryPresence, ...]

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {**self.whole.to_dict(), "presence": [one.to_dict() for one in self.categories]}


@dataclass(frozen=True, eq=False)
class ProjectReport:
    """Everything that is said about a project's agreement."""

    project: str
    codebook: tuple[str, str]
    coders: tuple[str, ...]
    coders_left_out: tuple[str, ...]
    selection: Selection
    collected: Collection
    paragraph: tuple[MeasureReport, ...]
    article: tuple[MeasureReport, ...]
    presence: tuple[PresenceReport, ...]
    existence: Existence | None
    """None in a codebook without statements."""
    attributes: tuple[MeasureReport, ...]
    n_in_doubt: int = 0
    """Labels that a change of the codebook put in doubt and that nobody has decided again."""
    has_phases: tuple[str, ...] = ()
    """The phases under which the compared paragraphs were coded."""
    not_computed: tuple[str, ...] = ()
    """The sections that are missing because the user stopped the report."""
    accepted_speakers: dict[str, tuple[int, int]] = field(default_factory=dict)
    """For each coder with predicted speakers: how many are left as they were, and of how many speakers."""
    cluster: str | None = None
    """What the intervals delete or draw whole: article, batch, or None for units."""
    record: StudyRecord = field(default_factory=StudyRecord)
    """What the history shows: draws, assignments, versions of the codebook, unblindings."""
    n_incomplete: int = 0
    """Paragraphs that were finished without a required label."""
    next_steps: NextSteps | None = None
    """What would raise agreement most; None if the report was stopped before."""
    n_removed: int = 0
    """Articles that were taken out of the project; they are in no figure."""
    passed_paragraphs: dict[str, tuple[int, int]] = field(default_factory=dict)
    """For each coder, how many paragraphs the program passed, and in how many of them another coder has a statement."""
    model: ProjectModel | None = None
    """A model beside the humans, if one was named; it is in no other figure."""

    @property
    def n_shared_drawn(self) -> int:
        """How many of the shared paragraphs were drawn for every coder."""
        return sum(row in self.record.overlapping for row in self.collected.units.belongings.row.tolist())

    @property
    def measures(self) -> tuple[MeasureReport, ...]:
        """Every measure that is reported with a table of its own."""
        return (*self.paragraph, *self.article, *(one.whole for one in self.presence), *self.attributes)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know before the figures."""
        found = self.collected.units
        said = []
        if self.not_computed:
            said.append(f"The report was stopped; not computed: {'; '.join(self.not_computed)}.")
        if found.n_shared == 0:
            said.append("No paragraph was finished by two coders, so that there is nothing to compare yet.")
        left_out = [name for name in self.coders_left_out if self.model is None or name != self.model.name]
        if left_out:
            names = ", ".join(left_out)
            said.append(f"Not compared: {names} (models and second codings count only when --coder names them).")
        said += self._of_clusters()
        if self.n_in_doubt:
            said.append(
                f"In doubt since the codebook changed: {counted(self.n_in_doubt, 'label')}, counted as they stand "
                "until they are decided again."
            )
        if found.n_shared_in_training:
            n, where = found.n_shared_in_training, training_name(self.selection.without)
            said.append(
                f"{counted(n, 'paragraph')} that two coders or more finished in {where} "
                f"{'is' if n == 1 else 'are'} left out; --phase compares them."
            )
        for coder, n in self.collected.n_outside.items():
            how = "counts" if n == 1 else "count"
            if not self.selection.outside:
                how = f"{'is' if n == 1 else 'are'} left out (--outside counts them)"
            said.append(f"{n} paragraph{'s' * (n != 1)} that {coder} finished outside the assignment {how}.")
        said += self._of_gaps()
        said += self._of_guesses()
        if self.accepted_speakers:
            told = [f"{coder} {n} of {total}" for coder, (n, total) in self.accepted_speakers.items()]
            said.append(
                "Speakers that the program predicted and the coder did not change:"
                f" {', '.join(told)}. The coder named the others."
            )
        if self.passed_paragraphs:
            said.append(_of_passed(self.passed_paragraphs))
        if found.open_for:
            told = [f"{n} of {coder}" for coder, n in sorted(found.open_for.items())]
            said.append(f"Paragraphs that were left open are not compared: {', '.join(told)}.")
        if self.model is not None:
            said += self.model.warnings
        return tuple(said)

    def _of_guesses(self) -> list[str]:
        """The warning about variables in which many labels are guesses that coders left as they were."""
        found = [(one, one.origins.get("guess", 0)) for one in (*self.paragraph, *self.article, *self.attributes)]
        many = [(one, n) for one, n in found if n and n >= MANY_GUESSES * one.origins_total]
        if not many:
            return []
        told = ", ".join(f"{n} of {one.origins_total} of {one.measure.title}" for one, n in many)
        return [
            f"Labels that the program guessed from the text and coders left so: {told}. Where two coders leave the "
            "same guess they agree without having decided; a guess that one of them overlooked is a difference. "
            f"`F` on the screen finds a coder's own: guessed:{many[0][0].measure.name}."
        ]

    def _of_gaps(self) -> list[str]:
        """The warnings about removed articles, and about finished work without a required label."""
        said = []
        if self.n_removed:
            removed = counted(self.n_removed, "article")
            said.append(f"{removed} removed from the project and in no figure (`annotator remove --list`).")
        if self.n_incomplete:
            one = self.n_incomplete == 1
            said.append(
                f"{self.n_incomplete} paragraph{'' if one else 's'} {'was' if one else 'were'} finished without a"
                " required label (`annotator status` lists them); labels that are missing are left out of the figures."
            )
        return said

    def _of_clusters(self) -> list[str]:
        """The warning that the intervals rest on few articles or batches."""
        what, n = self.cluster, self.collected.units.belongings.n_of(self.cluster)
        if what is None or not 0 < n < FEW_CLUSTERS:
            return []
        several = plural_of(what, 2)
        if n == 1:
            said = (
                f"All compared paragraphs stand in one {what}, which tells nothing of others: there are no intervals."
            )
        else:
            said = f"The intervals rest on {n} {several} only: they are wide and rough."
        return [
            f"{said} Have two coders code paragraphs of {FEW_CLUSTERS} {several} or more; with --cluster none, "
            f"intervals hold for {f'these {several}' if n > 1 else f'this {what}'} only."
        ]

    def to_dict(self) -> dict[str, Any]:
        """As `annotator agreement --json` writes it."""
        found = self.collected.units
        return {
            "software": f"annotator {__version__}",
            "codebook": self.codebook[0],
            "codebook_version": self.codebook[1],
            "filters": self.selection.narrowing(),
            "phases": list(self.has_phases),
            "coders": list(self.coders),
            "coders_left_out": list(self.coders_left_out),
            "articles_removed": self.n_removed,
            "units": {
                "rule": UNIT_RULE,
                "n_paragraphs": found.n_paragraphs,
                "n_seen": found.n_seen,
                "n_shared": found.n_shared,
                "n_units": found.n_units,
                "left_out": dict(found.left_out),
                "open_for": dict(sorted(found.open_for.items())),
                "in_training": found.n_shared_in_training,
                "outside": self.collected.n_outside,
                "outside_counts": self.selection.outside,
                "n_shared_drawn": self.n_shared_drawn,
            },
            "record": self.record.to_dict(),
            "paragraph": [one.to_dict() for one in self.paragraph],
            "article": [one.to_dict() for one in self.article],
            "presence": [one.to_dict() for one in self.presence],
            "accepted_speakers": {
                coder: {"accepted": n, "speakers": total} for coder, (n, total) in self.accepted_speakers.items()
            },
            "passed_paragraphs": {
                coder: {"passed": n, "coded_by_another": coded} for coder, (n, coded) in self.passed_paragraphs.items()
            },
            "statements": None if self.existence is None else self.existence.to_dict(),
            "attributes": [one.to_dict() for one in self.attributes],
            "next_steps": None if self.next_steps is None else self.next_steps.to_dict(),
            "not_computed": list(self.not_computed),
            "warnings": list(self.warnings),
            **({} if self.model is None else {"model": self.model.to_dict()}),
        }


def _of_passed(passed: dict[str, tuple[int, int]]) -> str:
    """The warning about paragraphs that no coder looked at."""
    told = ", ".join(f"{coder} {n}" for coder, (n, _) in passed.items())
    coded = sum(n for _, n in passed.values())
    missed = (
        f" In {coded} of them another coder has a statement." if coded else " Nobody has a statement in one of them."
    )
    return (
        f"Furniture and bylines that the program passed before the coder looked at them: {told}. Nobody decided their"
        f" states, so they do not enter the agreement on states.{missed}"
    )


def project_report(
    store: Store,
    selection: Selection | None = None,
    variables: tuple[str, ...] = (),
    intervals: Intervals | None = None,
    progress: Progress | None = None,
) -> ProjectReport:
    """Compute a project's agreement from one snapshot. Ctrl+C ends it with the sections that are ready.

    Args:
        store: The project.
        selection: Whose codings are compared, and of which paragraphs.
        variables: Names of variables, or claim, statements and state; by default all that are enabled.
        intervals: How the intervals of α are made.
        progress: Called before each section.

    Raises:
        UsageError: The selection or a variable names what does not exist.
        KeyboardInterrupt: Ctrl+C was pressed before the first section.
    """
    if progress is not None:
        progress("reading and matching", 0, 0)
    with store.records(selection, coders="human") as snapshot:
        codebook, chosen = snapshot.codebook, snapshot.chosen
        collected = collect(chosen, codebook, chosen_variables(codebook, variables))
        phases, n_in_doubt = comparison.phases(chosen), comparison.n_in_doubt(chosen)
        accepted = comparison.accepted_speakers(chosen)
        passed = comparison.passed_paragraphs(chosen)
        left_out = comparison.coders_left_out(chosen)
        record = study_record(chosen)
        gone = n_removed(chosen.connection)
        n_incomplete = comparison.n_incomplete(chosen, codebook)
    how = intervals or Intervals()
    continua = collected.continua
    n_variables = len(collected.paragraphs) + len(collected.present) + len(collected.attributes)
    sections = Sections(n_variables + (continua is not None) + 1, progress)
    measured = _made(sections, collected.paragraphs.values(), lambda one: _measured(one, collected, how), "")
    found = None
    if continua is not None:
        clusters_of = partial(collected.units.belongings.clusters, how.cluster or "paragraph")
        found = sections.make(
            "which statements exist",
            lambda: existence(collected.pairs, continua, clusters_of, how.seed, collected.n_without_evidence),
        )
    presence = _made(sections, collected.present.values(), lambda one: _present(one, collected, how, codebook), "")
    of_statements = " of matched statements"
    attributes = _made(
        sections, collected.attributes.values(), lambda one: _attribute(one, collected, how), of_statements
    )
    steps = sections.make("what to do next", lambda: _next(collected, codebook, (*measured, *attributes)))
    return ProjectReport(
        str(store.path),
        (codebook.name, codebook.version),
        collected.finished_by,
        left_out,
        chosen.selection,
        collected,
        tuple(one for one in measured if one.measure.part == "paragraph"),
        tuple(one for one in measured if one.measure.part == "article"),
        presence,
        found,
        attributes,
        n_in_doubt,
        phases,
        tuple(sections.missing),
        accepted,
        how.cluster,
        record,
        n_incomplete,
        steps,
        gone,
        passed,
    )


def _next(collected: Collection, codebook: Codebook, measured: Iterable[MeasureReport]) -> NextSteps:
    """What to do next, from the variables of paragraphs and statements."""
    compared = [
        (one.measure, one.data, one.report)
        for one in measured
        if one.measure.variable is not None and one.measure.part != "article" and one.data is not None
    ]
    return next_steps(collected, codebook, compared)


def _made(
    sections: Sections, labels: Iterable[Compared], compute: Callable[[Compared], Made], kind: str
) -> tuple[Made, ...]:
    """The sections about some labels, one after the other, as far as they are computed."""
    found = [sections.make(f"{one.measure.title}{kind}", partial(compute, one)) for one in labels]
    return tuple(one for one in found if one is not None)


def _present(tally: Tally, collected: Collection, how: Intervals, codebook: Codebook) -> PresenceReport:
    whole = _measured(tally, collected, how)
    clusters_of = None if how.cluster is None else partial(collected.units.belongings.clusters, how.cluster)
    return PresenceReport(whole, category_presence(tally, codebook_names(tally, codebook), clusters_of))


def compared_labels(
    store: Store, selection: Selection | None = None
) -> Iterator[tuple[Measure, ReliabilityData, Mapping[Hashable, str]]]:
    """The labels that each measure of the report is computed from, with the paragraphs as every project knows them.

    They are read before the first is asked for.
    """
    with store.records(selection, coders="human") as snapshot:
        collected = collect(snapshot.chosen, snapshot.codebook, chosen_variables(snapshot.codebook, ()))
    places = collected.units.belongings.places
    of_paragraphs = (*collected.paragraphs.values(), *collected.present.values())
    return chain(
        ((one.measure, _on_scale(one), places) for one in of_paragraphs),
        ((one.measure, _of_matched(one), places) for one in collected.attributes.values()),
    )


def _on_scale(tally: Tally) -> ReliabilityData:
    """The labels of paragraphs or articles that stand on the scale."""
    return tally.on_scale(_declared(tally.measure, is_empty=not tally.is_on_scale.any()))


def _of_matched(one: Attribute) -> ReliabilityData:
    """The labels of matched statements that stand on the scale."""
    on_scale = one.labels.without(one.measure.outside)
    is_empty = bool((on_scale.label < 0).all())
    return attribute_data(on_scale, one.measure.level, _declared(one.measure, is_empty=is_empty))


def codebook_names(tally: Tally, codebook: Codebook) -> tuple[str, ...]:
    """The declared categories of the variable whose presence is compared; the names that occur for an entity."""
    variable = codebook.variable(tally.measure.variable or "")
    if variable is not None and variable.categories:
        return tuple(variable.names)
    used = np.unique(tally.value).tolist()
    return tuple(sorted({name for i in used for name in cast("frozenset[str]", tally.values[i])}))


def _measured(tally: Tally, collected: Collection, how: Intervals) -> MeasureReport:
    """A measure of paragraphs or articles."""
    measure, belongings = tally.measure, collected.units.belongings
    data = _on_scale(tally)
    parts = _Parts(data, belongings if measure.part == "paragraph" else None, data.units, how.cluster)
    beside = set_readings(data, parts.clusters)
    if measure.outside:
        every = tally.with_outside()
        beside["nominal_all_categories"] = alpha_interval(every, clusters=parts.of(every.units))
    return MeasureReport(
        measure,
        _report(data, parts, how),
        beside,
        tally.origins,
        tally.left_out,
        parts.alphas("week"),
        parts.alphas("batch"),
        ConfusionMatrix.of(data),
        data,
        belongings,
        level_agreements(measure, data, parts.clusters),
    )


def _declared(measure: Measure, *, is_empty: bool) -> tuple[Hashable, ...] | None:
    """The values on the scale; a stand-in where any value can occur and none does: no coefficient has no categories."""
    if measure.scale is not None or not is_empty:
        return measure.scale
    return (frozenset(),) if measure.level == "set" else (0.0,)


def set_readings(data: Counted, clusters: Clusters | None) -> dict[str, Coefficient]:
    """Sets are compared by MASI; beside it by Jaccard, and as equal or not."""
    if data.level != "set":
        return {}
    own, p = counts_of_clusters(data, clusters), data.patterns
    return {
        "jaccard": alpha_interval(p, "set", metric="jaccard", clusters=own),
        "identical_sets": alpha_interval(p, "nominal", clusters=own),
    }


def _attribute(one: Attribute, collected: Collection, how: Intervals) -> MeasureReport:
    """A variable of matched statements, and the same with unmatched ones counted as disagreement."""
    belongings = collected.units.belongings
    measure, on_scale = one.measure, one.labels.without(one.measure.outside)
    is_empty = bool((on_scale.label < 0).all())
    data = _of_matched(one)
    # A statement of three coders makes three pairs, which hang together: at least their paragraph is deleted whole.
    cluster = how.cluster or ("paragraph" if len(data.coders) > 2 else None)
    parts = _Parts(data, belongings, _paragraphs(data.units), cluster)
    beside = set_readings(data, parts.clusters)
    if measure.outside:
        every = attribute_data(one.labels, "nominal", measure.categories)
        beside["nominal_all_categories"] = alpha_interval(every, clusters=parts.of(_paragraphs(every.units)))
    declared = _declared(measure, is_empty=is_empty and bool((on_scale.alone_label < 0).all()))
    where = [*_paragraphs(on_scale.units), *on_scale.alone_paragraph]
    beside["unmatched_as_disagreement"] = alpha_with_unmatched(
        on_scale, measure.level, declared, clusters=parts.of(where)
    )
    return MeasureReport(
        measure,
        _report(data, parts, how),
        beside,
        one.origins,
        one.left_out,
        parts.alphas("week"),
        parts.alphas("batch"),
        ConfusionMatrix.of(data),
        data,
        belongings,
        level_agreements(measure, data, parts.clusters),
    )


def _paragraphs(units: Sequence[Hashable]) -> list[Hashable]:
    """The paragraph of each matched statement."""
    return [unit[0] for unit in units]  # type: ignore[index]  # matches are tuples


class _Parts:
    """What the units of some labels belong to."""

    def __init__(
        self,
        data: ReliabilityData,
        belongings: Belongings | None,
        where: Sequence[Hashable],
        cluster: str | None,
    ) -> None:
        """Take the labels.

        Args:
            data: The labels.
            belongings: What paragraphs belong to; None where units are articles, which belong to nothing.
            where: The paragraph of each unit, or the article.
            cluster: What intervals delete whole: article, batch, paragraph, or None for units.
        """
        self._data = data
        self._belongings = belongings
        self._where = where
        self._cluster = cluster
        self.clusters = self.of(where)
        """Of each unit; None where units are deleted."""

    def of(self, where: Sequence[Hashable]) -> Clusters | None:
        """The clusters of these paragraphs."""
        if self._cluster is None or self._belongings is None:
            return None
        return self._belongings.clusters(self._cluster, np.asarray(where, np.int64))

    def names(self, part: str) -> list[Hashable]:
        """The batch or week of each unit."""
        if self._belongings is None:
            return [None] * len(self._where)
        return list(self._belongings.names(part, np.asarray(self._where, np.int64)))

    def alphas(self, part: str) -> tuple[GroupAlpha, ...]:
        """α by week or by batch, where there are several of them."""
        names = ["none" if name in (None, "") else name for name in self.names(part)]
        several = 1 < len(set(names)) <= _MOST_GROUPS
        return alpha_by_group(self._data, names, clusters=self.clusters) if several else ()


def _report(data: ReliabilityData, parts: _Parts, how: Intervals) -> VariableReport:
    return variable_report(data, n_samples=how.n_samples, seed=how.seed, method=how.method, clusters=parts.clusters)


def _group(one: GroupAlpha) -> dict[str, Any]:
    return {
        "group": as_json(one.group),
        "n_units_paired": one.alpha.n_units_paired,
        "krippendorff_alpha": one.alpha.to_dict(),
    }
