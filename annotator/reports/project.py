"""A project's agreement on three levels: paragraphs, which statements exist, and what is said of those that match."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotator import __version__
from annotator.agreement import (
    Coefficient,
    MatchedParagraph,
    ReliabilityData,
    VariableReport,
    alpha_interval,
    alpha_with_unmatched,
    attribute_data,
    coincidence_matrix,
    percent_agreement,
    variable_report,
)
from annotator.agreement.coefficients.kappa import pair_tables
from annotator.agreement.diagnostics import GroupAlpha, alpha_by_group
from annotator.agreement.report import plain as as_json
from annotator.reports.collect import UNIT_RULE, Attribute, Collection, Group, collect
from annotator.reports.existence import Existence, existence
from annotator.reports.measures import ABSENT, PRESENT, Measure, Tally, chosen_variables
from annotator.store import Store
from annotator.store.read.codings import Choice, Codings

_MOST_CATEGORIES = 30
_MOST_GROUPS = 60
_MOST_CLUSTERS = 10_000
_PAIRED_SAMPLES = 2000


@dataclass(frozen=True)
class Intervals:
    """How the intervals of α are made."""

    n_samples: int | None = None
    """Bootstrap with so many samples; without it, and without clusters, the jackknife."""
    seed: int = 0
    method: str = "percentile"
    """percentile or bca."""
    cluster: str | None = None
    """What is drawn whole: article or batch."""


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """How often two categories were given to the same unit: by each of two coders, or by any two of several."""

    rows: str
    columns: str
    categories: tuple[Hashable, ...]
    cells: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, data: ReliabilityData) -> ConfusionMatrix | None:
        """Units by the first coder's category (row) and the second's; of more coders Krippendorff's coincidences.

        None for sets, and where there are too many categories to look at.
        """
        if data.level == "set" or not 2 <= len(data.categories) <= _MOST_CATEGORIES or len(data.coders) < 2:
            return None
        rows = columns = "any coder"
        cells = coincidence_matrix(data)
        if len(data.coders) == 2:
            rows, columns = str(data.coders[0]), str(data.coders[1])
            found = pair_tables(data).tables
            cells = found[0].astype(float) if len(found) else cells
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
    places: dict[Hashable, str] = field(default_factory=dict)
    """Units of paragraphs as every project knows them: article id and position."""

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
            "confusion_matrix": None if self.confusion is None else self.confusion.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class CategoryPresence:
    """Whether a coder's statements in a paragraph hold one category, over all units."""

    category: str
    percent_agreement: Coefficient
    krippendorff_alpha: Coefficient
    n_units_with: int
    """Units in which at least one coder has it."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            "category": self.category,
            "n_units_with": self.n_units_with,
            "percent_agreement": self.percent_agreement.to_dict(),
            "krippendorff_alpha": self.krippendorff_alpha.to_dict(),
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
    choice: Choice
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

    @property
    def measures(self) -> tuple[MeasureReport, ...]:
        """Every measure that is reported with a table of its own."""
        return (*self.paragraph, *self.article, *(one.whole for one in self.presence), *self.attributes)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know before the figures."""
        found = self.collected
        said = []
        if found.n_shared == 0:
            said.append("No paragraph was finished by two coders, so that there is nothing to compare yet.")
        if self.coders_left_out:
            names = ", ".join(self.coders_left_out)
            said.append(f"Not compared: {names} (models and second codings count only when --coder names them).")
        if self.n_in_doubt:
            said.append(
                f"{self.n_in_doubt} labels are in doubt since the codebook changed; they count as they stand "
                "until they are decided again."
            )
        for coder, n in sorted(found.open_for.items()):
            said.append(
                f"{n} paragraph{'s' * (n != 1)} that {coder} has left open {'are' if n != 1 else 'is'} left out."
            )
        return tuple(said)

    def to_dict(self) -> dict[str, Any]:
        """As `annotator agreement --json` writes it."""
        found = self.collected
        return {
            "software": f"annotator {__version__}",
            "codebook": self.codebook[0],
            "codebook_version": self.codebook[1],
            "filters": self.choice.as_json(),
            "phases": list(self.has_phases),
            "coders": list(self.coders),
            "coders_left_out": list(self.coders_left_out),
            "units": {
                "rule": UNIT_RULE,
                "n_paragraphs": found.n_paragraphs,
                "n_seen": found.n_seen,
                "n_shared": found.n_shared,
                "n_units": found.n_units,
                "left_out": dict(found.left_out),
                "open_for": dict(sorted(found.open_for.items())),
            },
            "paragraph": [one.to_dict() for one in self.paragraph],
            "article": [one.to_dict() for one in self.article],
            "presence": [one.to_dict() for one in self.presence],
            "statements": None if self.existence is None else self.existence.to_dict(),
            "attributes": [one.to_dict() for one in self.attributes],
            "warnings": list(self.warnings),
        }


def project_report(
    store: Store, choice: Choice | None = None, variables: tuple[str, ...] = (), intervals: Intervals | None = None
) -> ProjectReport:
    """Compute a project's agreement from one snapshot.

    Args:
        store: The project.
        choice: Which codings are compared.
        variables: Names of variables, or claim, statements and state; by default all that are enabled.
        intervals: How the intervals of α are made.

    Raises:
        UsageError: The choice or a variable names what there is not.
    """
    with store.connection.read():
        codebook = store.codebooks.current()
        codings = Codings(store.connection, choice)
        collected = collect(codings, codebook, chosen_variables(codebook, variables))
        phases, n_in_doubt = codings.phases, codings.n_in_doubt()
    how = intervals or Intervals()
    measured = [_measured(tally, collected.groups, how) for tally in collected.paragraphs.values()]
    return ProjectReport(
        str(store.path),
        (codebook.name, codebook.version),
        codings.coders,
        codings.coders_left_out,
        codings.choice,
        collected,
        tuple(one for one in measured if one.measure.part == "paragraph"),
        tuple(one for one in measured if one.measure.part == "article"),
        tuple(
            _presence(tally, codebook_names(tally, codebook), collected.groups, how)
            for tally in collected.present.values()
        ),
        existence(collected.pairs, collected.continua, how.seed) if codebook.has_statements else None,
        tuple(_attribute(one, collected.groups, how) for one in collected.attributes.values()),
        n_in_doubt,
        phases,
    )


def codebook_names(tally: Tally, codebook: Any) -> tuple[str, ...]:
    """The declared categories of the variable whose presence is compared; the names that occur for an entity."""
    variable = codebook.variable(tally.measure.variable)
    if variable.categories:
        return tuple(variable.names)
    found = {name for _, _, names in tally.rows for name in names}
    return tuple(sorted(found))


def _measured(tally: Tally, groups: dict[int, Group], how: Intervals) -> MeasureReport:
    """A measure of paragraphs or articles."""
    measure = tally.measure
    rows = list(tally.on_scale())
    data = ReliabilityData.from_labels(rows, measure.level, _declared(measure, is_empty=not rows))
    beside = _beside(measure, data)
    if measure.outside:
        whole = ReliabilityData.from_labels(tally.rows, "nominal", measure.categories)
        beside["nominal_all_categories"] = alpha_interval(whole)
    of_unit = [
        groups.get(unit) if isinstance(unit, int) else Group(str(unit), None, "", str(unit)) for unit in data.units
    ]
    return MeasureReport(
        measure,
        _report(data, of_unit, how),
        beside,
        dict(tally.origins),
        dict(tally.left_out),
        *_drift(data, of_unit),
        ConfusionMatrix.of(data),
        data,
        {paragraph: group.place for paragraph, group in groups.items()},
    )


def _declared(measure: Measure, *, is_empty: bool) -> tuple[Hashable, ...] | None:
    """The values on the scale; a stand-in where any value can occur and none does: no coefficient has no categories."""
    if measure.scale is not None or not is_empty:
        return measure.scale
    return (frozenset(),) if measure.level == "set" else (0.0,)


def _beside(measure: Measure, data: ReliabilityData) -> dict[str, Coefficient]:
    """Sets are compared by MASI; beside it by Jaccard, and as equal or not."""
    if measure.level != "set":
        return {}
    return {"jaccard": alpha_interval(data, metric="jaccard"), "identical_sets": alpha_interval(data, "nominal")}


def _presence(tally: Tally, names: Sequence[str], groups: dict[int, Group], how: Intervals) -> PresenceReport:
    whole = _measured(tally, groups, how)
    categories = []
    for name in names[:200]:
        rows = ((unit, coder, PRESENT if name in present else ABSENT) for unit, coder, present in tally.rows)
        data = ReliabilityData.from_labels(rows, "nominal", (ABSENT, PRESENT))
        n_with = len({unit for unit, _, present in tally.rows if name in present})
        categories.append(CategoryPresence(name, percent_agreement(data), alpha_interval(data), n_with))
    return PresenceReport(whole, tuple(categories))


def _attribute(one: Attribute, groups: dict[int, Group], how: Intervals) -> MeasureReport:
    """A variable of matched statements, and the same with unmatched ones counted as disagreement."""
    measure, tally = one.tally.measure, one.tally
    on_scale = (
        [_on_scale(paragraph, measure, tally) for paragraph in one.paragraphs] if measure.outside else one.paragraphs
    )
    matched = [label for p in on_scale for i, j in p.matching.pairs for label in (p.labels_a[i], p.labels_b[j])]
    data = attribute_data(on_scale, measure.level, _declared(measure, is_empty=all(x is None for x in matched)))
    beside = _beside(measure, data)
    if measure.outside:
        beside["nominal_all_categories"] = alpha_interval(attribute_data(one.paragraphs, "nominal", measure.categories))
    beside["unmatched_as_disagreement"] = _with_unmatched(on_scale, measure)
    of_unit = [groups.get(unit[0]) for unit in data.units]  # type: ignore[index]  # units of matched statements are tuples
    report = _report(data, of_unit, how)
    if len(data.coders) > 2 and how.n_samples is None and how.cluster is None:
        report = variable_report(data, clusters=_clusters(data, of_unit), n_samples=_PAIRED_SAMPLES, seed=how.seed)
    return MeasureReport(
        measure,
        report,
        beside,
        dict(tally.origins),
        dict(tally.left_out),
        *_drift(data, of_unit),
        ConfusionMatrix.of(data),
        data,
        {paragraph: group.place for paragraph, group in groups.items()},
    )


def _with_unmatched(paragraphs: Sequence[MatchedParagraph], measure: Measure) -> Coefficient:
    labels = [label for p in paragraphs for label in (*p.labels_a, *p.labels_b)]
    declared = _declared(measure, is_empty=all(label is None for label in labels))
    return alpha_with_unmatched(paragraphs, measure.level, declared)


def _on_scale(one: MatchedParagraph, measure: Measure, tally: Tally) -> MatchedParagraph:
    """The same labels with those outside the scale taken out; those of matched statements are counted."""
    matched = ({i for i, _ in one.matching.pairs}, {j for _, j in one.matching.pairs})
    kept = []
    for labels, inside in zip((one.labels_a, one.labels_b), matched, strict=True):
        for i in inside:
            if labels[i] in measure.outside:
                tally.left_out[f"outside the scale: {labels[i]}"] += 1
        kept.append([None if label in measure.outside else label for label in labels])
    return replace(one, labels_a=kept[0], labels_b=kept[1])


def _report(data: ReliabilityData, groups: Sequence[Group | None], how: Intervals) -> VariableReport:
    clusters: tuple[Hashable, ...] | None = None
    if how.cluster is not None:
        clusters = tuple(getattr(group, how.cluster) if group is not None else None for group in groups)
    return variable_report(data, n_samples=how.n_samples, seed=how.seed, method=how.method, clusters=clusters)


def _clusters(data: ReliabilityData, groups: Sequence[Group | None]) -> tuple[Hashable, ...]:
    """Paragraphs, which all pairs of coders share; articles, where there are too many paragraphs to draw."""
    paragraphs = tuple(unit[0] for unit in data.units)  # type: ignore[index]
    if len(set(paragraphs)) <= _MOST_CLUSTERS:
        return paragraphs
    return tuple(group.article if group is not None else None for group in groups)


def _drift(
    data: ReliabilityData, groups: Sequence[Group | None]
) -> tuple[tuple[GroupAlpha, ...], tuple[GroupAlpha, ...]]:
    """α by week and by batch, where there are several of them."""
    found = []
    for part in ("week", "batch"):
        names = [(getattr(group, part) or "none") if group is not None else "none" for group in groups]
        several = 1 < len(set(names)) <= _MOST_GROUPS
        found.append(alpha_by_group(data, names) if several else ())
    return found[0], found[1]


def _group(one: GroupAlpha) -> dict[str, Any]:
    return {
        "group": as_json(one.group),
        "n_units_paired": one.alpha.n_units_paired,
        "krippendorff_alpha": one.alpha.to_dict(),
    }
