"""One variable's agreement in full: coefficients with intervals, pairs, categories, diagnostics, warnings, verdict."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.agreement import diagnostics
from annotator.agreement.coefficients import gwet, kappa
from annotator.agreement.coefficients.gwet import Weights
from annotator.agreement.coefficients.krippendorff import alpha_from_patterns, alpha_per_category
from annotator.agreement.coefficients.percent import DEFINITIONS, percent_agreement
from annotator.agreement.coefficients.result import Coefficient, Interval
from annotator.agreement.data.clusters import ClusterCounts, Clusters
from annotator.agreement.data.distances import Metric
from annotator.agreement.data.pair_tables import PairTables, cell_clusters, pair_tables
from annotator.agreement.data.pattern_data import Counted
from annotator.agreement.data.patterns import Patterns
from annotator.agreement.data.reliability import ReliabilityData
from annotator.agreement.intervals.alpha import alpha_interval, jackknife_interval
from annotator.agreement.intervals.bootstrap import bootstrap_alpha
from annotator.agreement.intervals.jackknife import pairs_interval, pattern_intervals, table_interval

COEFFICIENTS = (
    "percent_agreement",
    "krippendorff_alpha",
    "fleiss_kappa",
    "cohen_kappa",
    "scott_pi",
    "gwet_ac1",
    "brennan_prediger",
)
"""The coefficients of a report, in its order."""
WHOLE_UNITS = "it needs whole units, and only counts are known"
"""Why a figure of counts alone has no interval."""
DEFAULT_WEIGHTS = {"ordinal": "ordinal", "interval": "quadratic", "ratio": "quadratic"}
"""The weights of the weighted coefficients beside the plain ones, by level."""


@dataclass(frozen=True, eq=False)
class PairAgreement:
    """Two coders, over the units that both have labelled."""

    coders: tuple[Hashable, Hashable]
    n_units: int
    percent_agreement: Coefficient
    krippendorff_alpha: Coefficient
    cohen_kappa: Coefficient
    scott_pi: Coefficient


@dataclass(frozen=True, eq=False)
class CategoryAgreement:
    """One category against all others."""

    category: Hashable
    prevalence: diagnostics.Prevalence
    krippendorff_alpha: Coefficient


@dataclass(frozen=True, eq=False)
class VariableReport:
    """Everything that is said about the agreement on one variable."""

    level: str
    weights: str
    """Of the κ coefficients and AC; "nominal" means that any two categories differ equally."""
    coefficients: dict[str, Coefficient]
    """By the names of `COEFFICIENTS`."""
    weighted: dict[str, Coefficient]
    """Fleiss' κ, Cohen's κ, AC2 and Brennan-Prediger with the weights of the level; empty at the nominal level."""
    pairs: tuple[PairAgreement, ...]
    categories: tuple[CategoryAgreement, ...]
    confusions: tuple[diagnostics.Confusion, ...]
    coders: tuple[diagnostics.CoderInfluence, ...]
    mergers: tuple[diagnostics.Merger, ...]
    units_still_needed: int | None
    warnings: tuple[str, ...]

    @property
    def alpha(self) -> Coefficient:
        """Krippendorff's α, on which the verdict rests."""
        return self.coefficients["krippendorff_alpha"]

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        return self.alpha.verdict

    def to_dict(self) -> dict[str, Any]:
        """The report as plain lists and dicts of JSON's own types."""
        alpha = self.alpha
        return {
            "level": self.level,
            "n_units": alpha.n_units,
            "n_units_paired": alpha.n_units_paired,
            "n_coders": alpha.n_coders,
            "n_labels": alpha.n_labels,
            "coefficients": {name: one.to_dict() for name, one in self.coefficients.items()},
            "pairs": [_pair(one) for one in self.pairs],
            "categories": [_category(one) for one in self.categories],
            "warnings": list(self.warnings),
            "verdict": self.verdict,
            "q": None if alpha.q is None else {"below_667": alpha.q[0], "below_800": alpha.q[1]},
            "percent_agreement_is": DEFINITIONS["unit mean"],
            "weights": self.weights,
            "weighted": {name: one.to_dict() | {"weights": one.level} for name, one in self.weighted.items()},
            "confusions": [
                {
                    "categories": [plain(c) for c in one.categories],
                    "coincidences": one.coincidences,
                    "expected": one.expected,
                    "cost": one.cost,
                }
                for one in self.confusions
            ],
            "without_coder": [
                {"coder": plain(one.coder), "n_labels": one.n_labels, "change": one.change} | one.without.to_dict()
                for one in self.coders
            ],
            "merged": [
                {"categories": [plain(c) for c in one.categories], "value": one.alpha, "gain": one.gain}
                for one in self.mergers
            ],
            "units_still_needed": self.units_still_needed,
        }


def variable_report(
    data: Counted,
    *,
    weights: Weights = "nominal",
    metric: Metric | str | None = None,
    n_samples: int | None = None,
    seed: int = 0,
    method: str = "percentile",
    clusters: Clusters | Sequence[Hashable] | None = None,
    confidence: float = 0.95,
) -> VariableReport:
    """Compute the whole report of one variable.

    Args:
        data: The labels or their counts, with the declared categories and the level.
        weights: Of κ, AC1 and Brennan-Prediger; see `agreement_weights`. AC1 becomes AC2 when they are not nominal.
        metric: Of α, instead of the level's own.
        n_samples: Bootstrap α with so many samples instead of the jackknife.
        seed: Of the bootstrap.
        method: "percentile" or "bca".
        clusters: The article or batch of each unit: every interval deletes, and the bootstrap draws, whole clusters.
            Rows of `PatternData` bring their own.
        confidence: How much the intervals are to cover.

    Raises:
        AgreementError: the labels do not fit the level.
    """
    grouped, tables, drawn = _clustered(data, clusters)
    p, counts = data.patterns, drawn.counts
    whole = drawn.all_counts
    alpha = alpha_interval(p, data.level, metric=metric, confidence=confidence, clusters=whole)
    if alpha.value is not None and n_samples is not None:
        alpha = alpha.with_interval(
            bootstrap_alpha(
                p, data.level, n_samples, seed, metric=metric, method=method, clusters=whole, confidence=confidence
            )
        )
    coefficients = _coefficients(data, tables, weights, confidence, drawn) | {
        "krippendorff_alpha": alpha,
        "percent_agreement": _percent(data.patterns, confidence, counts),
    }
    own = DEFAULT_WEIGHTS.get(data.level)
    weighted = {}
    if own is not None and own != weights and len(data.categories) <= 200:
        weighted = _coefficients(data, tables, own, confidence, drawn)
    per_category = {} if data.level in ("interval", "ratio") else alpha_per_category(p)
    return VariableReport(
        data.level,
        weights if isinstance(weights, str) else "own weights",
        {name: coefficients[name] for name in COEFFICIENTS},
        weighted,
        _pairs(data, tables, weights, metric, confidence, drawn),
        tuple(
            CategoryAgreement(one.category, one, per_category[one.category])
            for one in diagnostics.prevalence(data)
            if one.category in per_category
        ),
        diagnostics.confusions(data, metric),
        diagnostics.coder_influence(data, metric) if _knows_units(data) else (),
        diagnostics.mergers(data) if metric is None else (),
        diagnostics.units_still_needed(alpha),
        (*diagnostics.warnings(data, alpha), *diagnostics.few_clusters(alpha, grouped)),
    )


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What intervals delete instead of units."""

    all_counts: ClusterCounts | None
    """How often each cluster has each pattern, before clusters are joined into groups."""
    counts: ClusterCounts | None
    """How often each cluster has each pattern."""
    cells: tuple[ClusterCounts, ...] | None
    """How often each cluster has each cell of the tables of the pairs."""

    def of_pair(self, number: int) -> ClusterCounts | None:
        """The cells of one pair's table."""
        return None if self.cells is None else self.cells[number]


def _knows_units(data: Counted) -> bool:
    """Whether it is known who said what on one unit."""
    return isinstance(data, ReliabilityData) or data.rows is not None


def _clustered(
    data: Counted, clusters: Clusters | Sequence[Hashable] | None
) -> tuple[Clusters | None, PairTables, _Drawn]:
    """The clusters, the tables of the pairs, and how often the clusters have each pattern and cell."""
    if isinstance(data, ReliabilityData):
        tables = pair_tables(data)
        if clusters is None:
            return None, tables, _Drawn(None, None, None)
        grouped = Clusters.of(clusters)
        counts = grouped.counts(data)
        return grouped, tables, _Drawn(counts, counts.joined(), cell_clusters(data, tables, grouped))
    own = data.clusters
    if own is None or data.rows is None:
        return None, data.tables, _Drawn(None, None, None)
    counts = data.cluster_counts(own)
    cells = cell_clusters(data.rows.data, data.tables, own, data.rows.times)
    return own, data.tables, _Drawn(counts, counts.joined(), cells)


def _coefficients(
    data: Counted, tables: PairTables, weights: Weights, confidence: float, drawn: _Drawn
) -> dict[str, Coefficient]:
    """The coefficients that take weights, with their intervals."""
    found = {name: gwet.chance_corrected(name, data.patterns, weights) for name in gwet.CHANCE}
    intervals = pattern_intervals(found, data.patterns, weights, confidence, drawn.counts)
    found = {name: one.with_interval(intervals[name]) for name, one in found.items()}
    refusal = kappa.refusal(tables, weights)
    if refusal is not None:
        reason = f"undefined: {refusal}"
        return found | {name: _without_value(name, reason, found["fleiss_kappa"]) for name in kappa.SCHEMES}
    for name in kappa.SCHEMES:
        mean = kappa.mean_of_tables(name, data.patterns, tables, weights)
        found[name] = mean.with_interval(_mean_interval(mean, name, data, tables, weights, confidence, drawn))
    return found


def _mean_interval(
    mean: Coefficient,
    name: str,
    data: Counted,
    tables: PairTables,
    weights: Weights,
    confidence: float,
    drawn: _Drawn,
) -> Interval:
    """The interval of the mean of κ or π over pairs; of more than one pair it needs whole units."""
    if isinstance(data, ReliabilityData):
        return pairs_interval(mean, name, data, tables, weights, confidence, drawn.cells)
    if data.rows is not None:
        return pairs_interval(mean, name, data.rows.data, tables, weights, confidence, drawn.cells, data.rows.times)
    if len(tables.tables) == 1 and mean.value is not None:
        return table_interval(name, tables.tables[0], weights, confidence)
    reason = f"the coefficient is {mean.undefined}" if mean.value is None else WHOLE_UNITS
    return Interval(None, f"no interval: {reason}", level=confidence)


def _percent(p: Patterns, confidence: float, counts: ClusterCounts | None) -> Coefficient:
    """Percent agreement with its interval."""
    percent = percent_agreement(p)
    intervals = pattern_intervals({percent.name: percent}, p, "nominal", confidence, counts)
    return percent.with_interval(intervals[percent.name])


def _without_value(name: str, reason: str, like: Coefficient) -> Coefficient:
    """A coefficient that could not be computed."""
    return replace(like, name=name, value=None, undefined=reason, ci=None, ci_method=f"no interval: {reason}")


def _pairs(
    data: Counted,
    tables: PairTables,
    weights: Weights,
    metric: Metric | str | None,
    confidence: float,
    drawn: _Drawn,
) -> tuple[PairAgreement, ...]:
    """Every pair of coders that shares a unit, the coders in the order of the data."""
    if kappa.refusal(tables, weights) is not None:
        return ()
    found = []
    for number, (coders, table) in enumerate(zip(tables.coders, tables.tables, strict=True)):
        p, cells = table.patterns(data.categories), drawn.of_pair(number)
        counts = None if cells is None else cells.mapped(table.pattern_of_cell, len(p))
        alpha = alpha_from_patterns(p, data.level, metric)
        if alpha.value is not None:
            alpha = alpha.with_interval(jackknife_interval(p, alpha.value, data.level, metric, confidence, counts))
        cohen, scott = (
            kappa.pair_coefficient(name, table, weights, data.categories).with_interval(
                table_interval(name, table, weights, confidence, cells)
            )
            for name in kappa.SCHEMES
        )
        found.append(PairAgreement(coders, table.n_units, _percent(p, confidence, counts), alpha, cohen, scott))
    return tuple(found)


def _pair(one: PairAgreement) -> dict[str, Any]:
    return {
        "coders": [plain(coder) for coder in one.coders],
        "n_units": one.n_units,
        "percent_agreement": one.percent_agreement.to_dict(),
        "krippendorff_alpha": one.krippendorff_alpha.to_dict(),
        "cohen_kappa": one.cohen_kappa.to_dict(),
        "scott_pi": one.scott_pi.to_dict(),
    }


def _category(one: CategoryAgreement) -> dict[str, Any]:
    return {
        "category": plain(one.category),
        "n_labels": one.prevalence.n_labels,
        "share": one.prevalence.share,
        "n_units": one.prevalence.n_units,
        "by_coder": list(one.prevalence.by_coder),
        "krippendorff_alpha": one.krippendorff_alpha.to_dict(),
    }


def plain(value: Hashable) -> Any:
    """A category or a coder as JSON writes it: sets become sorted lists."""
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    return value if isinstance(value, int | float | str) else str(value)
