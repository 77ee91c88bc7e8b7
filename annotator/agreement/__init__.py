"""How far coders agree and why not: coefficients, intervals, matching and diagnostics, on numpy arrays alone.

    from annotator.agreement import bootstrap_alpha, krippendorff_alpha
    krippendorff_alpha(data, level="ordinal")   # data: (coders, units), nan where a coder gave no value

Names are imported from their modules when they are first used, so that a part costs only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from annotator.agreement.aggregation import Aggregation as Aggregation
    from annotator.agreement.aggregation import dawid_skene as dawid_skene
    from annotator.agreement.aggregation import mace as mace
    from annotator.agreement.aggregation import majority as majority
    from annotator.agreement.alternative_annotator import AlternativeTest as AlternativeTest
    from annotator.agreement.alternative_annotator import alternative_annotator_test as alternative_annotator_test
    from annotator.agreement.coefficients.gamma import gamma as gamma
    from annotator.agreement.coefficients.gwet import brennan_prediger as brennan_prediger
    from annotator.agreement.coefficients.gwet import fleiss_kappa as fleiss_kappa
    from annotator.agreement.coefficients.gwet import gwet_ac1 as gwet_ac1
    from annotator.agreement.coefficients.kappa import cohen_kappa as cohen_kappa
    from annotator.agreement.coefficients.kappa import scott_pi as scott_pi
    from annotator.agreement.coefficients.krippendorff import alpha_per_category as alpha_per_category
    from annotator.agreement.coefficients.krippendorff import krippendorff_alpha as krippendorff_alpha
    from annotator.agreement.coefficients.percent import percent_agreement as percent_agreement
    from annotator.agreement.coefficients.result import Coefficient as Coefficient
    from annotator.agreement.coefficients.result import Interval as Interval
    from annotator.agreement.coefficients.result import verdict as verdict
    from annotator.agreement.coefficients.unitizing import alpha_u as alpha_u
    from annotator.agreement.coefficients.unitizing import bar_u_alpha as bar_u_alpha
    from annotator.agreement.coefficients.unitizing import u_alpha as u_alpha
    from annotator.agreement.data.clusters import Clusters as Clusters
    from annotator.agreement.data.continua import Continuum as Continuum
    from annotator.agreement.data.continua import merge_overlaps as merge_overlaps
    from annotator.agreement.data.patterns import Patterns as Patterns
    from annotator.agreement.data.reliability import ReliabilityData as ReliabilityData
    from annotator.agreement.data.set_distances import set_distances as set_distances
    from annotator.agreement.diagnostics import alpha_by_group as alpha_by_group
    from annotator.agreement.diagnostics import coder_influence as coder_influence
    from annotator.agreement.diagnostics import coincidence_matrix as coincidence_matrix
    from annotator.agreement.diagnostics import confusions as confusions
    from annotator.agreement.diagnostics import mergers as mergers
    from annotator.agreement.diagnostics import prevalence as prevalence
    from annotator.agreement.diagnostics import units_still_needed as units_still_needed
    from annotator.agreement.intervals.alpha import alpha_interval as alpha_interval
    from annotator.agreement.intervals.bootstrap import Bootstrap as Bootstrap
    from annotator.agreement.intervals.bootstrap import bootstrap_alpha as bootstrap_alpha
    from annotator.agreement.live_counts import LiveCounts as LiveCounts
    from annotator.agreement.matched_statements import MatchedParagraph as MatchedParagraph
    from annotator.agreement.matched_statements import alpha_with_unmatched as alpha_with_unmatched
    from annotator.agreement.matched_statements import attribute_data as attribute_data
    from annotator.agreement.model_scores import CategoryScore as CategoryScore
    from annotator.agreement.model_scores import category_scores as category_scores
    from annotator.agreement.planning import Design as Design
    from annotator.agreement.planning import Plan as Plan
    from annotator.agreement.planning import plan as plan
    from annotator.agreement.prevalence_estimate import PrevalenceEstimate as PrevalenceEstimate
    from annotator.agreement.prevalence_estimate import estimate_prevalence as estimate_prevalence
    from annotator.agreement.prevalence_estimate import estimate_ratio as estimate_ratio
    from annotator.agreement.report import VariableReport as VariableReport
    from annotator.agreement.report import variable_report as variable_report
    from annotator.agreement.statement_matching import MATCHING_RULE as MATCHING_RULE
    from annotator.agreement.statement_matching import Matching as Matching
    from annotator.agreement.statement_matching import match_statements as match_statements
    from annotator.agreement.statement_matching import presence_alpha as presence_alpha
    from annotator.agreement.statement_matching import presence_patterns as presence_patterns
    from annotator.agreement.statement_matching import statement_f1 as statement_f1

_HOME = {
    "Aggregation": "aggregation",
    "AlternativeTest": "alternative_annotator",
    "Bootstrap": "intervals.bootstrap",
    "CategoryScore": "model_scores",
    "Clusters": "data.clusters",
    "Coefficient": "coefficients.result",
    "Continuum": "data.continua",
    "Design": "planning",
    "Interval": "coefficients.result",
    "LiveCounts": "live_counts",
    "MATCHING_RULE": "statement_matching",
    "MatchedParagraph": "matched_statements",
    "Matching": "statement_matching",
    "Patterns": "data.patterns",
    "Plan": "planning",
    "PrevalenceEstimate": "prevalence_estimate",
    "ReliabilityData": "data.reliability",
    "VariableReport": "report",
    "alpha_by_group": "diagnostics",
    "alpha_interval": "intervals.alpha",
    "alpha_per_category": "coefficients.krippendorff",
    "alpha_u": "coefficients.unitizing",
    "alpha_with_unmatched": "matched_statements",
    "alternative_annotator_test": "alternative_annotator",
    "attribute_data": "matched_statements",
    "bar_u_alpha": "coefficients.unitizing",
    "bootstrap_alpha": "intervals.bootstrap",
    "brennan_prediger": "coefficients.gwet",
    "category_scores": "model_scores",
    "coder_influence": "diagnostics",
    "cohen_kappa": "coefficients.kappa",
    "coincidence_matrix": "diagnostics",
    "confusions": "diagnostics",
    "dawid_skene": "aggregation",
    "estimate_prevalence": "prevalence_estimate",
    "estimate_ratio": "prevalence_estimate",
    "fleiss_kappa": "coefficients.gwet",
    "gamma": "coefficients.gamma",
    "gwet_ac1": "coefficients.gwet",
    "krippendorff_alpha": "coefficients.krippendorff",
    "mace": "aggregation",
    "majority": "aggregation",
    "match_statements": "statement_matching",
    "merge_overlaps": "data.continua",
    "mergers": "diagnostics",
    "plan": "planning",
    "percent_agreement": "coefficients.percent",
    "presence_alpha": "statement_matching",
    "presence_patterns": "statement_matching",
    "prevalence": "diagnostics",
    "scott_pi": "coefficients.kappa",
    "set_distances": "data.set_distances",
    "statement_f1": "statement_matching",
    "u_alpha": "coefficients.unitizing",
    "units_still_needed": "diagnostics",
    "variable_report": "report",
    "verdict": "coefficients.result",
}
"""The module each public name lives in."""

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
